import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import type { Started } from './cli.ts';
import { type Installation, install, statusOf } from './installation.ts';
import { countByAddress, readOutbox } from './mail/read-outbox.ts';

/** The slot that `npm start` serves here. */
export const slot = Date.parse('2026-11-24T09:00:00Z');
const week = '2026-W48';
const hour = 3_600_000;

const env = {
  ...{ PORT: '0', PREVIEW_PORT: '0', MAX_COMPARISONS: '2', EDITOR_EMAILS: 'editor@desk.example' },
  // The draft is made at the slot, or after it, and the editors are not waited for.
  MIN_REVIEW_MINUTES: '0',
};

/** An installation whose schedule first ran more than a day before the slot. */
export async function installBefore(readers: number): Promise<Installation> {
  const installation = await install(readers, new Date(slot - 48 * hour));
  const first = installation.cli.begin(startCommand(slot - 30 * hour), { env });
  const hasTicked = async () => (await installation.database.pool.query('select from ticks')).rowCount === 1;
  while (!(await hasTicked())) await sleep(50);
  first.stop();
  expect(await first.finished).toMatchObject({ code: 0 });
  return installation;
}

const startCommand = (instant: number) => ['start', '--now', new Date(instant).toISOString()];

export type Running = Started & { readonly log: () => string };

/** `npm start` as a process, with its clock at that instant. */
export function startAt({ cli }: Installation, instant: number): Running {
  const started = cli.start(startCommand(instant), { env });
  let log = '';
  started.child.stdout?.on('data', (data: Buffer) => {
    log += data.toString();
  });
  return { ...started, log: () => log };
}

/** Waits for words in the log. */
export async function untilLogged(running: Running, words: string): Promise<void> {
  while (!running.log().includes(words)) {
    if (running.child.exitCode !== null) throw new Error(`it ended: ${(await running.finished).stderr}`);
    await sleep(50);
  }
}

export async function stop(running: Running): Promise<number | null> {
  running.child.kill('SIGTERM');
  return (await running.finished).code;
}

export const isSent = async (installation: Installation) => (await statusOf(installation, week)) === 'sent';

export async function untilSent(installation: Installation): Promise<void> {
  while (!(await isSent(installation))) await sleep(100);
}

export async function expectEveryoneOnce({ cli }: Installation, readers: number): Promise<void> {
  const counts = countByAddress(await readOutbox(join(cli.dataDir, 'outbox', week)));
  expect(counts.size).toBe(readers);
  expect([...counts].filter(([, times]) => times !== 1)).toEqual([]);
}
