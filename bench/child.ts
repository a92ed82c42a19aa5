import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export interface Child {
  /** Sends a message and gives back the child's next one. */
  ask<Answer>(message: unknown): Promise<Answer>;
  end(): void;
}

/** Starts a script beneath this folder as a process of its own, as production starts Node, and waits until it is ready. */
export async function startChild(
  script: string,
  argument: unknown,
  env: NodeJS.ProcessEnv = {},
): Promise<Child> {
  const child = fork(fileURLToPath(new URL(script, import.meta.url)), [JSON.stringify(argument)], {
    execArgv: ['--max-semi-space-size=8', '--max-old-space-size=512', '--import', './src/runtime.mjs'],
    env: { ...process.env, ...env },
  });
  await nextMessage(child);
  return {
    ask: async <Answer>(message: unknown) => {
      const answer = nextMessage(child);
      child.send(message as object);
      return (await answer) as Answer;
    },
    end: () => child.kill(),
  };
}

async function nextMessage(child: ChildProcess): Promise<unknown> {
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`a process of the benchmark ended with ${code}`);
  });
  const [message] = await Promise.race([once(child, 'message'), ended]);
  return message;
}

/** In the child: says that it is ready, then answers each message. */
export function answerParent<Argument, Message>(
  answer: (message: Message, argument: Argument) => unknown,
): void {
  const argument = JSON.parse(process.argv[2] ?? 'null') as Argument;
  process.on('message', async (message: Message) =>
    process.send?.((await answer(message, argument)) as object),
  );
  process.on('disconnect', () => process.exit());
  process.send?.('ready');
}

/** CPU and memory of this process so far. */
export const usage = () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  return { cpuUs: userCPUTime + systemCPUTime, peakRssMb: maxRSS / 1_024 };
};
