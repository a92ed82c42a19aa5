import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../src/domain/clock.ts';
import { Cli } from '../support/cli.ts';
import { addPastIssues, retainedRows } from '../support/database/past-issue.ts';
import { addReaders } from '../support/database/subscribers.ts';
import { sharedPipeline } from '../support/pipeline/shared-pipeline.ts';
import type { TestPipeline } from '../support/pipeline/test-pipeline.ts';

const shared = sharedPipeline();
let pipeline: TestPipeline;
let cli: Cli;

beforeEach(async () => {
  pipeline = { ...shared.empty(), clock: systemClock };
  await addReaders(pipeline.db, 4);
  await pipeline.db.execute(sql`update subscribers set created_at = '2024-05-01'`);
  await addPastIssues(pipeline, [401, 91, 8, 1]);
  cli = await Cli.openOn(pipeline.database);
  onTestFinished(() => cli.remove());
});

const all =
  '24 events (sent, delivered, delayed, opened, clicked); the provider’s ids of 3 batches; ' +
  '3 bounces, complaints and other reports; 4 deliveries.\n';

describe('prune', () => {
  it('says what it would delete, and deletes nothing', async () => {
    const before = await retainedRows(pipeline.db);
    expect(await cli.run(['prune', '--dry-run'])).toMatchObject({
      code: 0,
      stdout: `Would be deleted: ${all}`,
    });
    expect(await cli.json(['prune', '--dry-run'])).toEqual({
      dryRun: true,
      weeks: ['2025-W01', '2025-W02', '2025-W03'],
      rows: { events: 24, providerIds: 3, reports: 3, deliveries: 4 },
    });
    expect(await retainedRows(pipeline.db)).toEqual(before);
  });

  it('deletes it, shows how far it is, and finds nothing a second time', async () => {
    const first = await cli.run(['prune']);
    expect(first).toMatchObject({ code: 0, stdout: `Deleted: ${all}` });
    expect(first.stderr).toMatch(/^Deleting \d+\/34$/m);
    expect(await cli.run(['prune'])).toEqual({ code: 0, stdout: 'Deleted: nothing.\n', stderr: '' });
    expect(await cli.json(['prune'])).toMatchObject({ dryRun: false, weeks: [], rows: { events: 0 } });
  });

  it('is told by status and by the history of a person', async () => {
    await cli.run(['prune']);
    const today = new Date().toISOString().slice(0, 10);
    const oldest = await cli.run(['status', '--week', '2025-W01']);
    expect(oldest.stdout).toContain(`  Events by person deleted ${today}; totals are kept\n`);
    expect(oldest.stdout).toContain(`  Deliveries deleted ${today}; who was in it is no longer known\n`);
    expect(oldest.stdout).toContain(
      '  Reported: 2 delivered, 1 bounced, 2 soft-bounced, 1 delayed, 1 opened, 1 clicked\n',
    );
    expect(await cli.json(['status', '--week', '2025-W03'])).toMatchObject({
      pruned: {
        providerIds: expect.stringContaining(today),
        events: null,
        deliveries: null,
        unfinished: false,
      },
    });
    const person = await cli.run(['subscribers', 'show', 'reader-1@readers.example']);
    expect(person.stdout).toContain('  Issues before 2025-W02 are no longer known for this person.\n');
    expect(person.stdout).toContain(
      'before 2025-W03 were delivered, opened or clicked is no longer known.\n',
    );
    expect(await cli.json(['subscribers', 'show', 'reader-1@readers.example'])).toMatchObject({
      ...{ issuesKnownFrom: '2025-W02', eventsKnownFrom: '2025-W03' },
    });
  });

  it('deletes nothing within a day after a clock jumped', async () => {
    await pipeline.db.execute(sql`
      insert into ticks (schedule, last_tick, steady_since) values ('weekly', now(), now() - interval '23 hours')`);
    const before = await retainedRows(pipeline.db);
    expect(await cli.run(['prune'])).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('Nothing was deleted: within the last day a clock jumped'),
    });
    expect(await retainedRows(pipeline.db)).toEqual(before);
  });

  it.each([
    [['prune', 'everything'], /^Too many arguments/],
    [['prune', '--force'], /^Unknown option '--force'/],
    [['prune', '--now', '2030-01-01T00:00:00Z'], /^Unknown option '--now'/],
  ])('%j deletes nothing', async (args, says) => {
    const before = await retainedRows(pipeline.db);
    expect(await cli.run(args)).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(says) });
    expect(await retainedRows(pipeline.db)).toEqual(before);
  });

  it('keeps deliveries for at least 90 days', async () => {
    expect(await cli.run(['prune'], { env: { DELIVERY_RETENTION_DAYS: '89' } })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('DELIVERY_RETENTION_DAYS: expected a whole number from 90 to 3650'),
    });
  });
});
