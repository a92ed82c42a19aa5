import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { weekKeyOf } from '../../src/domain/issue/week.ts';
import { sampleComparisons } from '../../src/sample/comparisons.ts';
import { Cli, type Started } from '../support/cli.ts';
import { endLeases } from '../support/database/leases.ts';
import { type TestDatabase, testDatabase } from '../support/database/test-database.ts';
import { countByAddress, readOutbox } from '../support/mail/read-outbox.ts';

/** Enough batches that a process can be killed between two of them. */
const readers = 400;
/** The second issue is a week later, within the 28 days in which a comparison counts as new. */
const weekMs = 7 * 24 * 60 * 60_000;
/** A busy machine is slow to start processes. */
const patience = { timeout: 300_000 };

describe('send', () => {
  const now = new Date();
  const weeks = [now, new Date(now.getTime() + weekMs)].map((at) => weekKeyOf(at, 'UTC'));
  const [killedWeek = '', sharedWeek = ''] = weeks;
  let cli: Cli;
  let database: TestDatabase;

  beforeAll(async () => {
    database = await testDatabase();
    cli = await Cli.openOn(database);
    await cli.json(['import', '-'], { input: JSON.stringify({ comparisons: sampleComparisons(now) }) });
    await cli.json(['subscribers', 'import', '-'], { input: readersAsCsv() });
    await approve(killedWeek, now);
    await approve(sharedWeek, new Date(now.getTime() + weekMs));
  }, patience.timeout);

  afterAll(async () => {
    await cli.remove();
    await database.close();
  });

  it('leaves a balanced ledger when it is killed half-way', patience, async () => {
    const killed = cli.start(['send', '--week', killedWeek]);
    await someMailsWritten(killedWeek, killed);
    killed.child.kill('SIGKILL');
    await killed.finished;
    const report = await cli.json<{ submitted: number }>(['status', '--week', killedWeek]);
    expect(report).toMatchObject({ status: 'sending', audience: readers, balances: true });
    expect(report.submitted).toBeLessThan(readers);
  });

  it('mails everyone exactly once when two processes send at the same time', patience, async () => {
    const sends = [1, 2].map(() => cli.runProcess(['send', '--week', sharedWeek, '--json']));
    let submittedByBoth = 0;
    for (const { code, stdout, stderr } of await Promise.all(sends)) {
      expect(code, stderr).toBe(0);
      const report = JSON.parse(stdout);
      expect(report).toMatchObject({ status: 'sent', submitted: readers, balances: true });
      submittedByBoth += report.submittedNow;
    }
    expect(submittedByBoth).toBe(readers);
    await expectEveryoneOnce(sharedWeek);
  });

  it('mails everyone exactly once when it is started again after being killed', patience, async () => {
    await endLeases(database.db);
    const { code, stderr } = await cli.run(['send', '--week', killedWeek]);
    expect(code, stderr).toBe(0);
    await expectEveryoneOnce(killedWeek);
  });

  async function approve(week: string, at: Date): Promise<void> {
    const time = ['--week', week, '--now', at.toISOString()];
    await cli.json(['compose', ...time], { env: { MAX_COMPARISONS: '2' } });
    await cli.json(['approve', ...time]);
  }

  async function expectEveryoneOnce(week: string): Promise<void> {
    const mails = await readOutbox(join(cli.dataDir, 'outbox', week));
    const counts = countByAddress(mails);
    expect(counts.size).toBe(readers);
    expect([...counts].filter(([, count]) => count !== 1)).toEqual([]);
    expect(mails.filter(({ html, text }) => !html?.includes('</html>') || !text)).toEqual([]);
    expect(await cli.json(['status', '--week', week])).toMatchObject({
      ...{ status: 'sent', audience: readers, submitted: readers, balances: true },
      ...{ skipped: 0, rejected: 0, cancelled: 0, unknown: 0, held: 0, pending: 0 },
    });
  }

  /** Waits until more than a batch is written, so that one is settled and another is open. */
  async function someMailsWritten(week: string, { child }: Started): Promise<void> {
    while (child.exitCode === null) {
      const names = await readdir(join(cli.dataDir, 'outbox', week)).catch(() => []);
      if (names.filter((name) => name.endsWith('.eml')).length > 150) return;
      await sleep(5);
    }
    throw new Error(`the sending process ended early with ${child.exitCode}`);
  }
});

const readersAsCsv = () =>
  ['email', ...Array.from({ length: readers }, (_, at) => `reader-${at + 1}@readers.example`)].join('\n');
