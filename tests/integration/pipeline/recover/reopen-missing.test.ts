import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { reopenMissing } from '../../../../src/pipeline/recover/reopen-missing.ts';
import { issueStatus } from '../../../../src/pipeline/report/issue-status.ts';
import { deliverIssue } from '../../../../src/pipeline/send/deliver-issue.ts';
import { cancelIssue } from '../../../../src/pipeline/send/hold-pause-resume-cancel.ts';
import { accepted, type Posted, scriptedMailer } from '../../../support/mail/scripted-mailer.ts';
import { sharedPipeline } from '../../../support/pipeline/shared-pipeline.ts';
import { type TestPipeline, week } from '../../../support/pipeline/test-pipeline.ts';

const shared = sharedPipeline();

const reader = (n: number) => `reader-${n}@readers.example`;

/** Accepts all but these addresses. */
const refusing = (...refused: string[]) => {
  const mailer = scriptedMailer((post) => {
    const rejected = post.to.flatMap((to, index) =>
      refused.includes(to) ? [{ index, reason: 'Invalid `to` field.', aboutRecipient: true }] : [],
    );
    const all = accepted(post) as Extract<ReturnType<typeof accepted>, { kind: 'submitted' }>;
    return {
      ...all,
      ids: all.ids.map((id, at) => (rejected.some(({ index }) => index === at) ? null : id)),
      rejected,
    };
  });
  return { mailer, nowTakes: () => refused.splice(0) };
};

const setStatus = (pipeline: TestPipeline, n: number, status: string) =>
  pipeline.db.execute(sql`update subscribers set status = ${status} where email = ${reader(n)}`);

async function report(pipeline: TestPipeline) {
  const status = await issueStatus(pipeline, week);
  if (!status.ok) throw new Error(status.message);
  expect(status.report.balances).toBe(true);
  return status.report;
}

async function missing(pipeline: TestPipeline) {
  const reopened = await reopenMissing(pipeline, week, 'Ada');
  if (!reopened.ok) throw new Error(reopened.message);
  return reopened.missing;
}

const timesPosted = (posts: readonly Posted[], n: number) =>
  posts.filter((post) => post.to.includes(reader(n))).length;

describe('sending to those who are missing', () => {
  it('reaches those who were rejected, and those who were skipped and came back, and nobody else', async () => {
    const { mailer, nowTakes } = refusing(reader(2), reader(120));
    const pipeline = await shared.frozen(250, mailer);
    await setStatus(pipeline, 3, 'unsubscribed');
    await setStatus(pipeline, 4, 'unsubscribed');
    await deliverIssue(pipeline, week);
    expect(await report(pipeline)).toMatchObject({ status: 'sent', submitted: 246, skipped: 2, rejected: 2 });
    await setStatus(pipeline, 3, 'confirmed');
    nowTakes();
    expect(await missing(pipeline)).toEqual([
      { why: 'rejected', reason: 'Invalid `to` field.', recipients: 2 },
      { why: 'skipped', reason: 'unsubscribed', recipients: 1 },
    ]);
    expect(await report(pipeline)).toMatchObject({
      status: 'sending',
      submitted: 246,
      skipped: 1,
      pending: 3,
    });
    await deliverIssue(pipeline, week);
    expect(await report(pipeline)).toMatchObject({ status: 'sent', submitted: 249, skipped: 1, rejected: 0 });
    expect([1, 2, 3, 4, 120, 250].map((n) => timesPosted(mailer.posted, n))).toEqual([1, 2, 1, 0, 2, 1]);
    expect(new Set(mailer.posted.map((post) => post.key)).size).toBe(mailer.posted.length);
  });

  it('changes nothing at a second run', async () => {
    const { mailer, nowTakes } = refusing(reader(2));
    const pipeline = await shared.frozen(5, mailer);
    await deliverIssue(pipeline, week);
    nowTakes();
    await missing(pipeline);
    await deliverIssue(pipeline, week);
    expect(await missing(pipeline)).toEqual([]);
    expect(await report(pipeline)).toMatchObject({ status: 'sent', submitted: 5 });
  });

  it('rejects those again whom the provider rejects again, without another hold', async () => {
    const { mailer } = refusing(reader(2), reader(3));
    const pipeline = await shared.frozen(5, mailer);
    await deliverIssue(pipeline, week);
    await missing(pipeline);
    await deliverIssue(pipeline, week);
    expect(await report(pipeline)).toMatchObject({ status: 'sent', submitted: 3, rejected: 2 });
  });

  it('happens once when two ask at the same time', async () => {
    const { mailer } = refusing(reader(2));
    const pipeline = await shared.frozen(5, mailer);
    await deliverIssue(pipeline, week);
    const both = await Promise.all([
      reopenMissing(pipeline, week, 'Ada'),
      reopenMissing(pipeline, week, 'Ada'),
    ]);
    expect(both.map((result) => result.ok).toSorted()).toEqual([false, true]);
    expect(await report(pipeline)).toMatchObject({ submitted: 4, pending: 1 });
  });

  it('may take more than one batch', async () => {
    const everybody = Array.from({ length: 49 }, (_, index) => reader(index + 1));
    const { mailer, nowTakes } = refusing(
      ...everybody,
      ...everybody.map((_, index) => reader(index + 101)),
      ...everybody.map((_, index) => reader(index + 201)),
    );
    const pipeline = await shared.frozen(300, mailer);
    await deliverIssue(pipeline, week);
    expect(await report(pipeline)).toMatchObject({ submitted: 153, rejected: 147 });
    nowTakes();
    await missing(pipeline);
    await deliverIssue(pipeline, week);
    expect(mailer.posted.slice(3).map((post) => post.to.length)).toEqual([100, 47]);
    expect(await report(pipeline)).toMatchObject({ status: 'sent', submitted: 300, rejected: 0 });
  });

  it('leaves out those who may not be mailed', async () => {
    const { mailer } = refusing(reader(2), reader(3));
    const pipeline = await shared.frozen(5, mailer);
    await deliverIssue(pipeline, week);
    await setStatus(pipeline, 2, 'unsubscribed');
    await pipeline.db.execute(
      sql`insert into suppressions (email, reason) values (${reader(3)}, 'hard_bounce')`,
    );
    expect(await missing(pipeline)).toEqual([]);
    expect(await report(pipeline)).toMatchObject({ status: 'sent', submitted: 3, rejected: 2 });
  });

  it('leaves the ids of the others in their places', async () => {
    const { mailer, nowTakes } = refusing(reader(2), reader(4));
    const pipeline = await shared.frozen(7, mailer);
    await setStatus(pipeline, 1, 'unsubscribed');
    await deliverIssue(pipeline, week);
    await setStatus(pipeline, 1, 'confirmed');
    await setStatus(pipeline, 4, 'unsubscribed');
    const key = mailer.posted[0]?.key;
    nowTakes();
    await missing(pipeline);
    const { rows } = await pipeline.db.execute(sql`
      select provider_ids, rejected, count, skipped from batches where no = 1`);
    expect(rows[0]).toMatchObject({
      provider_ids: [`${key}-1`, null, `${key}-3`, `${key}-4`, `${key}-5`],
      rejected: [{ reason: 'Invalid `to` field.' }],
      count: 5,
      skipped: 0,
    });
  });

  it('cancelled before it has reached them, keeps the comparisons that everybody else has seen', async () => {
    const { mailer } = refusing(reader(2));
    const pipeline = await shared.frozen(5, mailer);
    await deliverIssue(pipeline, week);
    await missing(pipeline);
    await cancelIssue(pipeline, week, { by: 'Ada' });
    const { rows } = await pipeline.db.execute(sql`select distinct active from issue_comparisons`);
    expect(rows).toEqual([{ active: true }]);
  });

  it('is refused while the issue is being sent, and for a cancelled one', async () => {
    const { mailer } = refusing();
    const pipeline = await shared.frozen(5, mailer);
    expect(await reopenMissing(pipeline, week, 'Ada')).toMatchObject({
      ok: false,
      message: expect.stringContaining('is sending'),
    });
    await cancelIssue(pipeline, week, { by: 'Ada' });
    expect(await reopenMissing(pipeline, week, 'Ada')).toMatchObject({
      ok: false,
      message: expect.stringContaining('is cancelled'),
    });
    expect(await reopenMissing(pipeline, '2020-W01', 'Ada')).toMatchObject({ ok: false });
  });
});
