import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { openEmbedded } from '../../src/db/embedded/index.ts';
import { sampleComparisons } from '../../src/sample/comparisons.ts';
import { Cli } from '../support/cli.ts';
import { postmasterPid } from '../support/database/embedded-processes.ts';
import { query } from '../support/database/test-database.ts';
import { type FakeResendProcess, startFakeResendProcess } from '../support/fake-resend/process.ts';

const week = '2026-W48';
const now = '2026-11-24T12:00:00Z';
const readers = 20_000;

const commands = {
  send: ['send', '--week', week, '--now', now, '--json'],
  'npm start': ['start', '--now', now],
};

it.each(Object.entries(commands))(
  '%s goes on by itself when the embedded PostgreSQL is killed three times, and everyone gets the issue once',
  {
    timeout: 300_000,
  },
  async (name, command) => {
    const provider = await startFakeResendProcess({
      ...{ keep: 'brief', latencyMs: 100, rateLimit: { limit: 12, windowMs: 1_000 } },
    });
    onTestFinished(() => provider.close());
    const cli = await Cli.open({
      ...{ RESEND_API_KEY: provider.apiKey, RESEND_BASE_URL: provider.url, RESEND_DELIVERY: 'template' },
      ...{ RESEND_RATE: '12', MAIL_FROM: 'Verdicts <verdicts@news.dev>', PUBLIC_URL: 'https://news.dev' },
      ...{ PORT: '0', PREVIEW_PORT: '0', MIN_REVIEW_MINUTES: '0' },
    });
    onTestFinished(() => cli.remove());
    await prepare(cli);
    const { child, finished } = cli.start(command);
    onTestFinished(() => void child.kill('SIGKILL'));
    for (const accepted of [2_000, 7_000, 13_000]) {
      await untilAccepted(provider, accepted);
      const killedAt = performance.now();
      process.kill((await postmasterPid(cli.dataDir)) ?? 0, 'SIGKILL');
      const before = (await provider.counts()).accepted;
      // Twelve batches may be under way, and are still accepted without the database.
      await untilAccepted(provider, before + 3_000);
      const seconds = (performance.now() - killedAt) / 1_000;
      process.stderr.write(`${name}: 3,000 more accepted within ${seconds.toFixed(1)} s of the kill\n`);
      expect(seconds).toBeLessThan(60);
    }
    await untilAccepted(provider, readers);
    const status = await untilSent(cli);
    expect(status).toMatchObject({ status: 'sent', submitted: readers, pending: 0, balances: true });
    if (command === commands['npm start']) child.kill('SIGTERM');
    expect((await finished).code).toBe(0);
    const { accepted, recipients, duplicates } = await provider.counts();
    expect({ accepted, recipients, duplicates }).toEqual({
      accepted: readers,
      recipients: readers,
      duplicates: 0,
    });
  },
);

/** An approved issue, whose slot the schedule has yet to serve. */
async function prepare(cli: Cli): Promise<void> {
  const comparisons = sampleComparisons(new Date(now)).slice(0, 2);
  await cli.json(['import', '-'], { input: JSON.stringify({ comparisons }) });
  const emails = Array.from({ length: readers }, (_, n) => `reader-${n}@readers.dev`);
  await cli.json(['subscribers', 'import', '-'], { input: `email\n${emails.join('\n')}\n` });
  await cli.json(['compose', '--week', week, '--now', now]);
  await cli.json(['approve', '--week', week, '--now', now, '--by', 'Ada']);
  const server = await openEmbedded(cli.dataDir);
  await query(
    server.url,
    `insert into ticks (schedule, last_tick, began_at, steady_since) select 'weekly', t, t, t from (select '${now}'::timestamptz - interval '1 day' as t) d`,
  );
  await server.close();
}

async function untilAccepted(provider: FakeResendProcess, count: number): Promise<void> {
  while ((await provider.counts()).accepted < count) await sleep(50);
}

interface Status {
  readonly status: string;
}

async function untilSent(cli: Cli): Promise<Status> {
  for (;;) {
    const status = await cli.json<Status>(['status', '--week', week]);
    if (status.status === 'sent') return status;
    await sleep(500);
  }
}
