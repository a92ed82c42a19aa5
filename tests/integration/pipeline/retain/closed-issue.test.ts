import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import { readSubscriberHistory } from '../../../../src/db/queries/audience/subscriber-history.ts';
import {
  readIssuesWithUnresolved,
  settleFromMailEvents,
} from '../../../../src/db/queries/sending/reconcile.ts';
import { reconcileIssue } from '../../../../src/pipeline/recover/reconcile-issue.ts';
import { reopenMissing } from '../../../../src/pipeline/recover/reopen-missing.ts';
import { resolveBatch } from '../../../../src/pipeline/recover/resolve-batch.ts';
import { prune } from '../../../../src/pipeline/retain/prune.ts';
import { recordMailEvents } from '../../../../src/pipeline/send/record-mail-events.ts';
import { publicApp } from '../../../../src/web/public/app.ts';
import { addPastIssues, pastTotals, reportOf, rowsOfIssue } from '../../../support/database/past-issue.ts';
import { addReaders } from '../../../support/database/subscribers.ts';
import { reported } from '../../../support/mail/reported.ts';
import { sharedPipeline } from '../../../support/pipeline/shared-pipeline.ts';
import type { TestPipeline } from '../../../support/pipeline/test-pipeline.ts';

const shared = sharedPipeline();
let pipeline: TestPipeline;

beforeEach(async () => {
  pipeline = shared.empty();
  await addReaders(pipeline.db, 6);
  await pipeline.db.execute(sql`update subscribers set created_at = '2024-05-01'`);
});

async function suppressed(): Promise<readonly unknown[]> {
  const { rows } = await pipeline.db.execute(sql`select email, reason from suppressions order by email`);
  return rows;
}

const reader = (n: number) => `reader-${n}@readers.example`;

describe.each([
  ['routine events', 100],
  ['deliveries', 400],
])('of an issue whose %s were deleted', (_, daysAgo) => {
  let id = 0;
  beforeEach(async () => {
    [id = 0] = await addPastIssues(pipeline, [daysAgo]);
    await prune(pipeline);
  });

  it('a late delivery, opening or click is not stored and changes no total', async () => {
    for (const type of ['sent', 'delivered', 'opened', 'clicked', 'delivery_delayed'])
      await recordMailEvents(pipeline, await reported(pipeline.db, id, [1, 3, 5], { type }));
    const { rows } = await pipeline.db.execute(
      sql`select from mail_events where type <> all('{bounced,soft_bounced}')`,
    );
    expect(rows).toHaveLength(0);
    expect(await reportOf(pipeline, id)).toMatchObject({ ...pastTotals, balances: true });
  });

  it('a late bounce or complaint suppresses the address, and changes no total', async () => {
    await recordMailEvents(pipeline, [
      ...(await reported(pipeline.db, id, [5], { type: 'bounced', suppresses: 'hard_bounce' })),
      ...(await reported(pipeline.db, id, [6], { type: 'complained', suppresses: 'complaint' })),
    ]);
    expect(await suppressed()).toEqual([
      { email: reader(4), reason: 'hard_bounce' },
      { email: reader(5), reason: 'hard_bounce' },
      { email: reader(6), reason: 'complaint' },
    ]);
    expect((await readSubscriberHistory(pipeline.db, reader(6)))?.events).toMatchObject([
      { type: 'complained' },
    ]);
    expect(await reportOf(pipeline, id)).toMatchObject({ ...pastTotals, complained: 0 });
  });

  it('is sent to nobody again, and neither resolved nor reconciled', async () => {
    const { week } = await reportOf(pipeline, id);
    await pipeline.db.execute(sql`update batches set rejected = '[{"subscriberId": 5, "reason": "no"}]'`);
    const closed = {
      ok: false,
      message: expect.stringMatching(/^Issue 2025-W01 is closed: .* deleted on 2026-11-24,/),
    };
    expect(await reopenMissing(pipeline, week, 'Ada')).toMatchObject(closed);
    expect(await reconcileIssue(pipeline, week, { which: 'all' })).toMatchObject(closed);
    const resolution = { as: 'not-sent', by: 'Ada', reason: 'not listed' } as const;
    expect(await resolveBatch(pipeline, week, 1, resolution)).toMatchObject(closed);
  });

  it('no batch is settled from what is left of the events', async () => {
    await pipeline.db.execute(sql`
      update batches set status = 'unknown', submitted_at = null, first_attempt_at = now() where issue_id = ${id}`);
    await pipeline.db.execute(sql`update issues set status = 'cancelled'`);
    expect(await readIssuesWithUnresolved(pipeline.db)).toEqual([]);
    expect(await settleFromMailEvents(pipeline.db, id, 'from events')).toBe(0);
  });

  it('the pages and the links in the mail still work', async () => {
    const failures: unknown[] = [];
    const app = publicApp(pipeline, { onError: (error) => failures.push(error) });
    const { rows } = await pipeline.db.execute<{ token: string }>(
      sql`select reader_token as token from subscribers where email = ${reader(6)}`,
    );
    const token = rows[0]?.token;
    const paths = [
      '/issues',
      '/issues/2025-W01',
      '/issues/2025-W01.txt',
      '/feed.xml',
      `/preferences/${token}`,
      `/u/${token}`,
    ];
    for (const path of paths) expect([path, (await app.request(path)).status]).toEqual([path, 200]);
    const left = await app.request(`/u/${token}`, { method: 'POST', body: 'List-Unsubscribe=One-Click' });
    expect(left.status).toBe(200);
    expect(await readSubscriberHistory(pipeline.db, reader(6))).toMatchObject({ status: 'unsubscribed' });
    expect(failures).toEqual([]);
  });
});

describe('the history of a person', () => {
  it('says from which week on issues and what became of them are known', async () => {
    await addPastIssues(pipeline, [500, 400, 300, 80]);
    expect(await readSubscriberHistory(pipeline.db, reader(1))).toMatchObject({
      ...{ issuesKnownFrom: null, eventsKnownFrom: null },
    });
    await prune(pipeline);
    const history = await readSubscriberHistory(pipeline.db, reader(1));
    expect(history).toMatchObject({ issuesKnownFrom: '2025-W03', eventsKnownFrom: '2025-W04' });
    expect(history?.issues.map(({ week }) => week)).toEqual(['2025-W04', '2025-W03']);
  });

  it('says nothing of issues from before that person came', async () => {
    await addPastIssues(pipeline, [500]);
    await pipeline.db.execute(sql`update subscribers set created_at = '2025-06-01'`);
    await prune(pipeline);
    expect(await readSubscriberHistory(pipeline.db, reader(1))).toMatchObject({
      ...{ issuesKnownFrom: null, eventsKnownFrom: null },
    });
  });
});

describe('the rule for soft bounces', () => {
  it('decides as before once the deliveries of mails are deleted that show which of them arrived', async () => {
    const ids = await addPastIssues(pipeline, [100, 99, 1]);
    const before = await suppressed();
    expect(before).toEqual([
      { email: reader(3), reason: 'soft_bounce' },
      { email: reader(4), reason: 'hard_bounce' },
    ]);
    await prune(pipeline);
    expect(await rowsOfIssue(pipeline.db, ids[0])).toEqual({
      bounced: 1,
      soft_bounced: 2,
      ids: 0,
      deliveries: 6,
    });
    await pipeline.db.execute(sql`delete from suppressions where reason = 'soft_bounce'`);
    await recordMailEvents(
      pipeline,
      await reported(pipeline.db, ids[2] ?? 0, [1, 3], { type: 'soft_bounced' }),
    );
    expect(await suppressed()).toEqual(before);
  });

  it('does not count what is reported of an issue that was closed, since nobody knows whether it arrived', async () => {
    const ids = await addPastIssues(pipeline, [100, 99, 98]);
    await prune(pipeline);
    for (const id of ids)
      await recordMailEvents(pipeline, await reported(pipeline.db, id, [1, 2], { type: 'soft_bounced' }));
    expect(await suppressed()).not.toContainEqual({ email: reader(2), reason: 'soft_bounce' });
    expect(await suppressed()).not.toContainEqual({ email: reader(1), reason: 'soft_bounce' });
  });
});
