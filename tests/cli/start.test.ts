import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openEmbedded } from '../../src/db/embedded/index.ts';
import { sampleComparisons } from '../../src/sample/comparisons.ts';
import { Cli, type Started } from '../support/cli.ts';
import { query } from '../support/database/test-database.ts';
import { countByAddress, readOutbox } from '../support/mail/read-outbox.ts';

const slot = Date.parse('2026-11-24T09:00:00Z');
const week = '2026-W48';
const readers = 1_500;
const hour = 3_600_000;

const env = {
  ...{ PORT: '0', PREVIEW_PORT: '0', MAX_COMPARISONS: '2', EDITOR_EMAILS: 'editor@desk.example' },
  // The draft is made at the slot, or after it, and the editors are not waited for.
  MIN_REVIEW_MINUTES: '0',
};

interface Installed {
  readonly cli: Cli;
  readonly databaseUrl: string;
  readonly close: () => Promise<void>;
}

/** A folder with comparisons and readers whose schedule first ran more than a day before the slot. */
async function installed(count: number): Promise<Installed> {
  const cli = await Cli.open();
  const server = await openEmbedded(cli.dataDir, { unsafeFast: true });
  const comparisons = sampleComparisons(new Date(slot - 48 * hour));
  await cli.json(['import', '-'], { input: JSON.stringify({ comparisons }) });
  const emails = Array.from({ length: count }, (_, index) => `reader-${index}@readers.example`);
  await cli.json(['subscribers', 'import', '-'], { input: `email\n${emails.join('\n')}\n` });
  const first = startAt(cli, slot - 30 * hour);
  await until(first, (log) => log.includes('"started"'));
  await sleep(500);
  expect(await stop(first)).toBe(0);
  return {
    cli,
    databaseUrl: server.url,
    close: async () => {
      await server.close();
      await cli.remove();
    },
  };
}

type Running = Started & { readonly log: () => string };

function startAt(cli: Cli, instant: number): Running {
  const started = cli.start(['start', '--now', new Date(instant).toISOString()], { env });
  let log = '';
  started.child.stdout?.on('data', (data: Buffer) => {
    log += data.toString();
  });
  return { ...started, log: () => log };
}

async function until(running: Running, holds: (log: string) => boolean): Promise<void> {
  while (!holds(running.log())) {
    if (running.child.exitCode !== null) throw new Error(`it ended: ${(await running.finished).stderr}`);
    await sleep(100);
  }
}

async function stop(running: Running): Promise<number | null> {
  running.child.kill('SIGTERM');
  return (await running.finished).code;
}

async function sent({ databaseUrl }: Installed): Promise<boolean> {
  const issues = await query<{ status: string }>(
    databaseUrl,
    `select status from issues where week = '${week}'`,
  );
  return issues[0]?.status === 'sent';
}

async function untilSent(folder: Installed): Promise<void> {
  while (!(await sent(folder))) await sleep(250);
}

async function expectEveryoneOnce(cli: Cli, count: number): Promise<void> {
  const counts = countByAddress(await readOutbox(join(cli.dataDir, 'outbox', week)));
  expect(counts.size).toBe(count);
  expect([...counts].filter(([, times]) => times !== 1)).toEqual([]);
}

// Concurrent, since the first waits for a full minute.
describe.concurrent('start', () => {
  describe('two processes on one database over a slot', () => {
    let folder: Installed;
    beforeAll(async () => {
      folder = await installed(250);
    }, 300_000);
    afterAll(() => folder.close());

    it('send one issue once, answer health checks meanwhile, and stop cleanly', {
      timeout: 300_000,
    }, async () => {
      const { cli } = folder;
      // node-cron ticks at full minutes of real time, so the slot is a few seconds before one, after the start.
      const untilMinute = 60_000 - (Date.now() % 60_000);
      const untilTick = untilMinute < 20_000 ? untilMinute + 60_000 : untilMinute;
      const two = [0, 1].map(() => startAt(cli, slot - untilTick + 8_000));
      await Promise.all(two.map((one) => until(one, (log) => log.includes('"started"'))));
      const url = /http:\/\/127\.0\.0\.1:\d+/.exec(two[0]?.log() ?? '')?.[0] ?? '';
      expect((await fetch(`${url}/healthz`)).status).toBe(200);
      expect(await (await fetch(`${url}/readyz`)).json()).toEqual({ ready: true, problems: [], alarms: [] });
      await untilSent(folder);
      expect(await (await fetch(`${url}/metrics`)).text()).toContain('verdicts_recipients_total');
      expect(await Promise.all(two.map(stop))).toEqual([0, 0]);
      await expectEveryoneOnce(cli, 250);
      const log = two.map((one) => one.log()).join('');
      expect(log).not.toContain('readers.example');
    });
  });

  describe('SIGTERM during a send', () => {
    let folder: Installed;
    beforeAll(async () => {
      folder = await installed(readers);
    }, 300_000);
    afterAll(() => folder.close());

    it('ends the process within 15 s, and the next start loses and repeats nothing', {
      timeout: 300_000,
    }, async () => {
      const { cli } = folder;
      // Down at the slot and up three hours later: the first tick catches up.
      const first = startAt(cli, slot + 3 * hour);
      await until(first, (log) => log.includes('"batch-answered"'));
      const from = performance.now();
      expect(await stop(first)).toBe(0);
      expect(performance.now() - from).toBeLessThan(15_000);
      expect(await sent(folder)).toBe(false);
      const second = startAt(cli, slot + 4 * hour);
      await untilSent(folder);
      expect(await stop(second)).toBe(0);
      await expectEveryoneOnce(cli, readers);
    });
  });
});
