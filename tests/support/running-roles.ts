import { setTimeout as sleep } from 'node:timers/promises';
import type { Begun, Cli, Started } from './cli.ts';

/** `npm start` with some roles, in this process or in one of its own. */
export interface RunningRoles<Run> {
  readonly run: Run;
  readonly log: () => string;
  /** Where it answers: `pages`, `preview` or `health`. */
  url(what: string, path?: string): string;
  /** Each line of the log, parsed. */
  lines(): readonly Readonly<Record<string, unknown>>[];
}

type Env = Readonly<Record<string, string>>;

const anyPort = { PORT: '0', PREVIEW_PORT: '0' };

/** In this process, which need not load the program again. */
export async function beginRoles(cli: Cli, roles: string, env: Env = {}): Promise<RunningRoles<Begun>> {
  const run = cli.begin(['start'], { env: { ...anyPort, ROLES: roles, ...env } });
  return started(run, run.log, run.finished);
}

/** As a process. */
export async function startRoles(
  cli: Cli,
  roles: string,
  env: Env = {},
  args: readonly string[] = [],
): Promise<RunningRoles<Started>> {
  const run = cli.start(['start', ...args], { env: { ...anyPort, ROLES: roles, ...env } });
  let log = '';
  run.child.stdout?.on('data', (data: Buffer) => {
    log += data.toString();
  });
  return started(run, () => log, run.finished);
}

async function started<Run>(
  run: Run,
  log: () => string,
  finished: Promise<{ readonly stderr: string }>,
): Promise<RunningRoles<Run>> {
  let ended: { readonly stderr: string } | null = null;
  void finished.then((result) => {
    ended = result;
  });
  const lines = () =>
    log()
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line));
  while (!lines().some(({ msg }) => msg === 'started')) {
    if (ended !== null) throw new Error(`it ended: ${JSON.stringify(ended)}`);
    await sleep(20);
  }
  return {
    run,
    log,
    lines,
    url: (what, path = '/') => {
      const found = lines().find((line) => line.msg === 'listening' && line.what === what);
      return new URL(path, String(found?.url)).href;
    },
  };
}
