import { debuglog } from 'node:util';
import { type App, openApp } from '../app.ts';
import { fixedClock, systemClock } from '../domain/clock.ts';
import { weekKeyOf } from '../domain/issue/week.ts';
import { type Refusal, refuse } from '../domain/refusal.ts';
import { type Env, EnvironmentError, parseEnv } from '../env.ts';
import { explainError } from './explain-error.ts';
import { type Output, outputsOf } from './output.ts';
import type { Terminal } from './terminal.ts';

export const exitCodes = { done: 0, failed: 1, calledWrongly: 2, waitsForPerson: 3 } as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** A wrong argument or setting that only shows once the command runs; the exit code is 2. */
export class UsageError extends Error {}

/** `--json`, which every command takes, and the options that most take. */
export interface CommonOptions {
  readonly json?: boolean;
  readonly now?: Date;
  readonly week?: string;
}

export interface EnvContext {
  readonly env: Env;
  readonly out: Output;
  readonly terminal: Terminal;
  /** Aborted by Ctrl-C or SIGTERM: stop at the next safe point. */
  readonly signal: AbortSignal;
}

export interface CommandContext extends Omit<EnvContext, 'env'> {
  readonly app: App;
  /** `--week`, or the issue that the command means without it. */
  readonly week: string;
}

/** Commands print what happens; only `npm start` logs and counts events. */
export const ignoreEvents = () => {};

type Work<Context> = (context: Context) => Promise<Refusal | ExitCode>;

/** Runs commands on one terminal. */
export interface Runner {
  readonly terminal: Terminal;
  output(json: boolean): Output;
  /** Runs a command with the app that the environment describes, and turns the result or the error into an exit code. */
  runCommand(
    options: CommonOptions,
    work: Work<CommandContext>,
    weekOf?: (app: App, out: Output) => Promise<string>,
  ): Promise<void>;
  /** The same without the app, for a command that opens what it needs itself. */
  runWithEnv(
    options: CommonOptions,
    work: Work<EnvContext>,
    overrides?: Readonly<Record<string, string | undefined>>,
  ): Promise<void>;
}

export function runnerOn(terminal: Terminal): Runner {
  const output = outputsOf(terminal);

  const runWithEnv: Runner['runWithEnv'] = async (options, work, overrides = {}) => {
    const out = output(options.json === true);
    const signal = terminal.stopSignal();
    const failWith = (message: string, code: ExitCode) => fail({ terminal, out }, message, code);
    let env: Env | undefined;
    try {
      env = parseEnv({ ...terminal.env(), ...overrides });
      const result = await work({ env, out, terminal, signal });
      if (typeof result === 'number') terminal.exitCode = result;
      else failWith(result.message, result.waitsForPerson ? exitCodes.waitsForPerson : exitCodes.failed);
    } catch (error) {
      debug('%O', error);
      if (error instanceof UsageError) failWith(error.message, exitCodes.calledWrongly);
      else if (error instanceof EnvironmentError) failWith(explainError(error), exitCodes.calledWrongly);
      else if (signal.aborted)
        failWith('Stopped. Nothing was left half done: run it again to continue.', exitCodes.failed);
      else failWith(explainError(error, env), exitCodes.failed);
    }
  };

  const runCommand: Runner['runCommand'] = (options, work, weekOf = currentWeek) =>
    runWithEnv(options, async ({ env, out, signal }) => {
      const clock = options.now === undefined ? systemClock : fixedClock(options.now);
      const app = await openApp(env, clock, ignoreEvents);
      try {
        if (signal.aborted) return refuse('Stopped before anything was done. Run it again.');
        const week = options.week ?? (await weekOf(app, out));
        return await work({ app, out, terminal, week, signal });
      } finally {
        await app.close();
      }
    });

  return { terminal, output, runCommand, runWithEnv };
}

/** The current ISO week in TIMEZONE. */
async function currentWeek({ clock, settings }: App): Promise<string> {
  return weekKeyOf(clock.now(), settings.timeZone);
}

const debug = debuglog('verdicts');

export function fail(
  { terminal, out }: { readonly terminal: Terminal; readonly out: Output },
  message: string,
  exitCode: ExitCode,
): void {
  out.warn(message);
  out.document({ error: message });
  terminal.exitCode = exitCode;
}
