import { sql } from 'drizzle-orm';
import { afterEach, expect, it } from 'vitest';
import { suppressAddresses } from '../../../../src/db/queries/audience/suppressions.ts';
import type { Mailer } from '../../../../src/domain/sending/mailer.ts';
import type { BatchOutcome } from '../../../../src/domain/sending/outcome.ts';
import { unlimited } from '../../../../src/domain/sending/pace.ts';
import { issueStatus } from '../../../../src/pipeline/report/issue-status.ts';
import { deliverIssue } from '../../../../src/pipeline/send/deliver-issue.ts';
import { type Posted, scriptedMailer } from '../../../support/mail/scripted-mailer.ts';
import { frozenIssue } from '../../../support/pipeline/frozen-issue.ts';
import { type TestPipeline, testPipeline, week } from '../../../support/pipeline/test-pipeline.ts';

let pipeline: TestPipeline;
afterEach(() => pipeline.close());

const batchOf = ({ key }: Posted) => Number(key.split('-').at(-1));

/** An issue in batches of 100, as a template, for a provider that allows any number of requests. */
async function fastIssue(readers: number, mailer: Mailer): Promise<TestPipeline> {
  const templated = {
    ...mailer,
    publishTemplate: async () => ({ kind: 'published' as const, id: 'template-1' }),
  };
  return frozenIssue(readers, templated, await testPipeline({ settings: { mode: 'template' } }));
}

async function batches() {
  const { rows } = await pipeline.db.execute<{ no: number; status: string; count: number; skipped: number }>(
    sql`select no, status, count, skipped from batches order by no`,
  );
  return rows;
}

it('batches posted together are each settled by their own answer', async () => {
  const answers: Record<number, (post: Posted) => BatchOutcome> = {
    2: (post) => ({
      kind: 'submitted',
      ids: post.to.map((_, index) => (index === 7 ? null : `${post.key}-${index}`)),
      rejected: [{ index: 7, reason: 'Invalid `to` field.', aboutRecipient: true }],
    }),
    3: () => ({ kind: 'retry', reason: 'connection reset', afterMs: 0, attempted: true }),
    4: () => ({ kind: 'refused', reason: 'Invalid `to` field.', aboutRecipient: true }),
    5: () => ({ kind: 'submitted', ids: ['only-one'], rejected: [] }),
    6: () => ({ kind: 'unknown', reason: 'used with another body' }),
  };
  const mailer = scriptedMailer((post) => {
    const answer = answers[batchOf(post)];
    delete answers[batchOf(post)];
    return answer?.(post);
  });
  pipeline = await fastIssue(800, mailer);
  await pipeline.db.execute(
    sql`update subscribers set status = 'unsubscribed' where id in (select subscriber_id from deliveries where batch_no = 7)`,
  );
  await suppressAddresses(pipeline.db, [{ email: 'reader-150@readers.example', reason: 'complaint' }]);
  await deliverIssue(pipeline, week);

  expect(await batches()).toEqual([
    { no: 1, status: 'submitted', count: 100, skipped: 0 },
    { no: 2, status: 'submitted', count: 100, skipped: 1 },
    { no: 3, status: 'submitted', count: 100, skipped: 0 },
    { no: 4, status: 'split', count: 0, skipped: 0 },
    { no: 5, status: 'held', count: 100, skipped: 0 },
    { no: 6, status: 'unknown', count: 100, skipped: 0 },
    { no: 7, status: 'submitted', count: 100, skipped: 100 },
    { no: 8, status: 'submitted', count: 100, skipped: 0 },
    { no: 9, status: 'submitted', count: 50, skipped: 0 },
    { no: 10, status: 'submitted', count: 50, skipped: 0 },
  ]);
  const status = await issueStatus(pipeline, week);
  expect(status.ok && status.report).toMatchObject({
    ...{ balances: true, audience: 800, submitted: 498, skipped: 101, rejected: 1, held: 100, unknown: 100 },
  });
  expect(mailer.posted.filter((post) => batchOf(post) === 3)).toHaveLength(2);
});

it('as many batches are claimed together as there are turns', async () => {
  const mailer = scriptedMailer(() => undefined);
  pipeline = await fastIssue(1_000, mailer);
  const pace = { ...unlimited, reserve: (atMost: number) => unlimited.reserve(Math.min(2, atMost)) };
  await deliverIssue({ ...pipeline, pace }, week);
  const { rows } = await pipeline.db.execute(
    sql`select count(*)::int as together from batches group by first_attempt_at order by first_attempt_at`,
  );
  expect(rows).toEqual([1, 2, 3, 4, 5].map(() => ({ together: 2 })));
});

it('a batch whose claim was lost is not posted, and the others are', async () => {
  const others = sql`update batches set token = null, lease_until = null, status = 'submitted', submitted_at = now()`;
  const mailer = scriptedMailer(async () => {
    await pipeline.db.execute(sql`${others} where no = 2`);
    return undefined;
  });
  pipeline = await fastIssue(400, {
    ...mailer,
    async prepare(batch) {
      // Another process took the second batch over before it was posted, and books the third before we do.
      await pipeline.db.execute(
        sql`update batches set token = gen_random_uuid() where no = 2 and status = 'submitting'`,
      );
      const prepared = await mailer.prepare(batch);
      return {
        ...prepared,
        async post(key) {
          if (key.endsWith('-3')) await pipeline.db.execute(sql`${others} where no = 3`);
          return prepared.post(key);
        },
      };
    },
  });
  let settled = 0;
  await deliverIssue(pipeline, week, { onSettled: (recipients) => (settled += recipients) });
  expect(mailer.posted.map(batchOf).sort()).toEqual([1, 3, 4]);
  expect(settled).toBe(200);
  expect((await batches()).every(({ status }) => status === 'submitted')).toBe(true);
});

it('an answer that cannot be recorded does not stop the others', async () => {
  pipeline = await fastIssue(
    300,
    scriptedMailer((post) => (batchOf(post) === 2 ? { kind: 'unknown', reason: 'no text: \0' } : undefined)),
  );
  await expect(deliverIssue(pipeline, week)).rejects.toThrow();
  expect((await batches()).map(({ status }) => status)).toEqual(['submitted', 'submitting', 'submitted']);
});

it('batches of whole mails are claimed one by one, whatever the setting says by now', async () => {
  const inline = await frozenIssue(
    300,
    scriptedMailer(() => undefined),
  );
  pipeline = { ...inline, settings: { ...inline.settings, mode: 'template' } };
  await deliverIssue(pipeline, week);
  const { rows } = await pipeline.db.execute(sql`select distinct first_attempt_at from batches`);
  expect(rows).toHaveLength(3);
});

it('a batch whose body cannot be made is held, with a reason that names nobody', async () => {
  const mailer = scriptedMailer(() => undefined);
  const failing = {
    ...mailer,
    prepare: () => Promise.reject(new Error('no body for reader-1@readers.example')),
  };
  pipeline = await frozenIssue(1, failing);
  await deliverIssue(pipeline, week);
  const { rows } = await pipeline.db.execute(sql`select status, last_error from batches`);
  expect(rows).toEqual([{ status: 'held', last_error: 'Its body cannot be made: no body for [address]' }]);
});
