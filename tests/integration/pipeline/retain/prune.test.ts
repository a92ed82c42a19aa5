import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import type { PipelineEvent } from '../../../../src/domain/event.ts';
import { prune, pruneSome, readPrunable } from '../../../../src/pipeline/retain/prune.ts';
import { tick } from '../../../../src/pipeline/schedule/tick.ts';
import {
  addPastIssues,
  pastTotals,
  reportOf,
  retainedRows,
  rowsOfIssue,
} from '../../../support/database/past-issue.ts';
import { addReaders } from '../../../support/database/subscribers.ts';
import { sharedPipeline } from '../../../support/pipeline/shared-pipeline.ts';
import { at, type TestPipeline } from '../../../support/pipeline/test-pipeline.ts';

const shared = sharedPipeline();
/** So many days from now. */
const inDays = (days: number) => new Date(pipeline.clock.now().getTime() + days * 86_400_000);
let pipeline: TestPipeline;

beforeEach(async () => {
  pipeline = shared.empty();
  await addReaders(pipeline.db, 4);
});

const rowsOf = (id: number | undefined) => rowsOfIssue(pipeline.db, id);
const report = (id: number | undefined) => reportOf(pipeline, id);
const everything = () => retainedRows(pipeline.db);

const kept = { soft_bounced: 2, bounced: 1 };
const routine = { delivered: 2, opened: 2, clicked: 1, delivery_delayed: 1 };

describe('what is deleted of a finished issue', () => {
  it('is nothing for a week, and then the provider’s ids and that it was sent', async () => {
    const [young, old] = await addPastIssues(pipeline, [6.9, 7]);
    expect(await prune(pipeline)).toEqual({ events: 4, providerIds: 1, reports: 0, deliveries: 0 });
    expect(await rowsOf(young)).toEqual({ ...kept, ...routine, sent: 4, ids: 1, deliveries: 4 });
    expect(await rowsOf(old)).toEqual({ ...kept, ...routine, ids: 0, deliveries: 4 });
  });

  it('is, after 90 days, who got and opened it, but not how many, nor who bounced', async () => {
    const [young, old] = await addPastIssues(pipeline, [89.9, 90]);
    await prune(pipeline);
    expect(await rowsOf(young)).toEqual({ ...kept, ...routine, ids: 0, deliveries: 4 });
    expect(await rowsOf(old)).toEqual({ ...kept, ids: 0, deliveries: 4 });
    for (const id of [young, old]) expect(await report(id)).toMatchObject({ ...pastTotals, balances: true });
  });

  it('is, after 400 days, who was in it and who bounced, and the ledger still balances', async () => {
    const [young, old] = await addPastIssues(pipeline, [399.9, 400]);
    await prune(pipeline);
    expect(await rowsOf(young)).toEqual({ ...kept, ids: 0, deliveries: 4 });
    expect(await rowsOf(old)).toEqual({ ids: 0, deliveries: 0 });
    expect(await report(old)).toMatchObject({
      ...pastTotals,
      ...{ audience: 4, submitted: 4, balances: true },
      pruned: {
        providerIds: pipeline.clock.now().toISOString(),
        events: pipeline.clock.now().toISOString(),
        deliveries: pipeline.clock.now().toISOString(),
        unfinished: false,
      },
    });
  });

  it('is who was in it after the days that are set', async () => {
    pipeline = shared.empty({ deliveryRetentionDays: 90 });
    const [old] = await addPastIssues(pipeline, [90]);
    await prune(pipeline);
    expect(await rowsOf(old)).toEqual({ ...kept, ids: 0, deliveries: 0 });
  });

  it('is nothing while a batch is open or of unknown outcome, whatever its age', async () => {
    const states = ['pending', 'held', 'unknown'] as const;
    const ids = await addPastIssues(pipeline, [500, 500, 500, 500]);
    await pipeline.db.execute(sql`update issues set status = 'cancelled'`);
    for (const [index, status] of states.entries())
      await pipeline.db.execute(
        sql`update batches set status = ${status}, submitted_at = null where issue_id = ${ids[index]}`,
      );
    await pipeline.db.execute(sql`update issues set status = 'sending' where id = ${ids[3]}`);
    const before = await everything();
    expect(await prune(pipeline)).toEqual({ events: 0, providerIds: 0, reports: 0, deliveries: 0 });
    expect(await everything()).toEqual(before);
  });

  it('is the same of a cancelled issue', async () => {
    const [old] = await addPastIssues(pipeline, [400]);
    await pipeline.db.execute(sql`update issues set status = 'cancelled'`);
    await prune(pipeline);
    expect(await rowsOf(old)).toEqual({ ids: 0, deliveries: 0 });
  });

  it('and of mail that is no issue, goes by the age of each event', async () => {
    const now = pipeline.clock.now();
    await pipeline.db.execute(sql`
      insert into mail_events (event_id, type, at)
      select type || days, type, ${now}::timestamptz - days * interval '1 day' - interval '1 hour'
      from unnest(array['sent', 'delivered', 'bounced', 'unheard.of']) type, unnest(array[6, 7, 89, 90, 399, 400]) days`);
    expect(await prune(pipeline)).toEqual({ events: 5 + 3, providerIds: 0, reports: 2, deliveries: 0 });
    const { rows } = await pipeline.db.execute(sql`
      select type, count(*)::int as n from mail_events group by type order by type`);
    expect(rows).toEqual([
      { type: 'bounced', n: 5 },
      { type: 'delivered', n: 3 },
      { type: 'sent', n: 1 },
      { type: 'unheard.of', n: 5 },
    ]);
  });
});

describe('pruning', () => {
  it('a second time deletes nothing and changes nothing', async () => {
    await addPastIssues(pipeline, [500, 100, 8, 1]);
    await prune(pipeline);
    const before = await everything();
    expect(await prune(at(pipeline, inDays(0.5)))).toEqual({
      ...{ events: 0, providerIds: 0, reports: 0, deliveries: 0 },
    });
    expect(await everything()).toEqual(before);
  });

  it('can be foretold, which changes nothing', async () => {
    await addPastIssues(pipeline, [500, 100, 8, 1]);
    await pipeline.db.execute(sql`
      insert into mail_events (event_id, type, at) values ('other', 'sent', ${inDays(-8)})`);
    const before = await everything();
    const { prunable, weeks } = await readPrunable(pipeline);
    expect(weeks).toEqual(['2025-W01', '2025-W02', '2025-W03']);
    expect(await everything()).toEqual(before);
    expect(await prune(pipeline)).toEqual(prunable);
    expect(await readPrunable(pipeline)).toMatchObject({ weeks: [], prunable: { events: 0, deliveries: 0 } });
  });

  it('is a step of the schedule, told in the log when it deleted something', async () => {
    const events: PipelineEvent[] = [];
    const ctx = { ...pipeline, observe: (event: PipelineEvent) => void events.push(event) };
    await addPastIssues(pipeline, [400]);
    await pruneSome(ctx);
    await pruneSome(ctx);
    expect(events).toEqual([{ kind: 'pruned', events: 10, providerIds: 1, reports: 3, deliveries: 4 }]);
  });

  it('waits for a day after the clock jumped by more than an hour', async () => {
    const [old] = await addPastIssues(pipeline, [400]);
    const hoursOn = (hours: number) => at(pipeline, inDays(hours / 24));
    await tick(hoursOn(-2));
    await tick(hoursOn(0));
    await pruneSome(hoursOn(23.9));
    expect(await rowsOf(old)).toMatchObject({ deliveries: 4, delivered: 2 });
    await pruneSome(hoursOn(24));
    expect(await rowsOf(old)).toEqual({ ids: 0, deliveries: 0 });
  });

  it('deletes at most 5,000 rows in a transaction, and goes on where it stopped', async () => {
    const [old] = await addPastIssues(pipeline, [400]);
    await pipeline.db.execute(sql`
      insert into deliveries (issue_id, subscriber_id, email, reader_token, batch_no, position)
      select ${old}, n, '', '', 1, n from generate_series(1001, 12000) n`);
    const rows: number[] = [];
    const onDeleted = (n: number) => rows.push(n);
    // Six kinds of events, the ids, and half of the deliveries.
    await prune(pipeline, { onDeleted }, 7);
    expect(await report(old)).toMatchObject({ pruned: { unfinished: true } });
    await prune(pipeline, { onDeleted });
    expect(await report(old)).toMatchObject({ pruned: { unfinished: false }, ...pastTotals });
    expect(rows.filter((n) => n > 100)).toEqual([5_000, 5_000, 1_004]);
    expect((await rowsOf(old)).deliveries).toBe(0);
  });
});
