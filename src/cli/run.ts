import { existsSync } from 'node:fs';
import { debuglog } from 'node:util';
import { type App, openApp } from '../app.ts';
import { fixedClock, systemClock } from '../domain/clock.ts';
import { weekKeyOf } from '../domain/issue/week.ts';
import { type Refusal, refuse } from '../domain/refusal.ts';
import { type Env, EnvironmentError, parseEnv } from '../env.ts';
import { explainError } from './explain-error.ts';
import { type Output, terminalOutput } from './output.ts';
import { stopSignal } from './stop-signal.ts';

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

export interface CommandContext {
  readonly app: App;
  readonly out: Output;
  /** `--week`, or the issue that the command means without it. */
  readonly week: string;
  /** Aborted by Ctrl-C or SIGTERM: stop at the next safe point. */
  readonly signal: AbortSignal;
}

/** Commands print what happens; only `npm start` logs and counts events. */
export const ignoreEvents = () => {};

type Work = (context: CommandContext) => Promise<Refusal | ExitCode>;

/** Runs a command with the app that the environment describes, and turns the result or the error into an exit code. */
export function runCommand(
  options: CommonOptions,
  work: Work,
  weekOf: (app: App, out: Output) => Promise<string> = currentWeek,
): Promise<void> {
  return runWithEnv(options, async (out, env) => {
    const clock = options.now === undefined ? systemClock : fixedClock(options.now);
    const app = await openApp(env, clock, ignoreEvents);
    const signal = stopSignal();
    try {
      if (signal.aborted) return refuse('Stopped before anything was done. Run it again.');
      const week = options.week ?? (await weekOf(app, out));
      return await work({ app, out, week, signal });
    } finally {
      await app.close();
    }
  });
}

/** The current ISO week in TIMEZONE. */
async function currentWeek({ clock, settings }: App): Promise<string> {
  return weekKeyOf(clock.now(), settings.timeZone);
}

/** The same without the app, for a command that opens what it needs itself. */
export async function runWithEnv(
  options: CommonOptions,
  work: (out: Output, env: Env) => Promise<Refusal | ExitCode>,
  overrides: Readonly<Record<string, string | undefined>> = {},
): Promise<void> {
  const out = terminalOutput(options.json === true);
  const signal = stopSignal();
  try {
    loadDotEnv();
    const result = await work(out, parseEnv({ ...process.env, ...overrides }));
    if (typeof result === 'number') {
      process.exitCode = result;
      return;
    }
    fail(out, result.message, result.waitsForPerson ? exitCodes.waitsForPerson : exitCodes.failed);
  } catch (error) {
    debug('%O', error);
    if (error instanceof UsageError) fail(out, error.message, exitCodes.calledWrongly);
    else if (error instanceof EnvironmentError) fail(out, explainError(error), exitCodes.calledWrongly);
    else if (signal.aborted)
      fail(out, 'Stopped. Nothing was left half done: run it again to continue.', exitCodes.failed);
    else fail(out, explainError(error), exitCodes.failed);
  }
}

const debug = debuglog('verdicts');

export function fail(out: Output, message: string, exitCode: ExitCode): void {
  out.warn(message);
  out.document({ error: message });
  process.exitCode = exitCode;
}

function loadDotEnv(): void {
  try {
    process.loadEnvFile();
  } catch (error) {
    // No file means defaults. One that cannot be read is an error, since it may name the real database.
    // (Node says ENOENT in both cases.)
    if (existsSync('.env')) {
      throw new EnvironmentError('The file .env exists but cannot be read. Make it readable, or remove it.', {
        cause: error,
      });
    }
  }
}
