import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export interface Child {
  /** Sends a message and returns the child's next one. */
  ask<Answer>(message: string | object): Promise<Answer>;
  end(): void;
}

export interface Usage {
  readonly cpuUs: number;
  readonly peakRssMb: number;
}

/**
 * Starts a script in a process of its own, with the Node options of production, and waits until it is ready.
 *
 * @param script path from `bench/`; it has to call `answerParent`
 * @param argument passed on as JSON
 */
export async function startChild(
  script: string,
  argument: unknown,
  env: NodeJS.ProcessEnv = {},
): Promise<Child> {
  const child = fork(fileURLToPath(new URL(`../${script}`, import.meta.url)), [JSON.stringify(argument)], {
    execArgv: ['--max-semi-space-size=8', '--max-old-space-size=512', '--import', './src/runtime.mjs'],
    env: { ...process.env, ...env },
  });
  await nextMessage(child);
  return {
    ask: async <Answer>(message: string | object) => {
      const answer = nextMessage(child);
      child.send(message);
      return (await answer) as Answer;
    },
    end: () => child.kill(),
  };
}

export function startChildren(count: number, script: string, argument: unknown): Promise<Child[]> {
  return Promise.all(Array.from({ length: count }, () => startChild(script, argument)));
}

async function nextMessage(child: ChildProcess): Promise<unknown> {
  const answered = new AbortController();
  const { signal } = answered;
  const ended = once(child, 'exit', { signal }).then(([code]) => {
    throw new Error(`a process of the benchmark ended with ${code}`);
  });
  try {
    const [message] = await Promise.race([once(child, 'message', { signal }), ended]);
    return message;
  } finally {
    // Otherwise each question would leave a listener behind.
    answered.abort();
  }
}

/** In the child: reports that it is ready, then answers each message. */
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
export function usage(): Usage {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  return { cpuUs: userCPUTime + systemCPUTime, peakRssMb: maxRSS / 1_024 };
}
