import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import type { BatchOutcome } from '../../../../src/domain/sending/outcome.ts';
import { issueStatus } from '../../../../src/pipeline/report/issue-status.ts';
import { deliverIssue } from '../../../../src/pipeline/send/deliver-issue.ts';
import { freezeIssue } from '../../../../src/pipeline/send/freeze-issue.ts';
import {
  cancelIssue,
  holdIssue,
  pauseIssue,
} from '../../../../src/pipeline/send/hold-pause-resume-cancel.ts';
import { addReaders } from '../../../support/database/subscribers.ts';
import { accepted, type Posted, scriptedMailer } from '../../../support/mail/scripted-mailer.ts';
import { sharedPipeline } from '../../../support/pipeline/shared-pipeline.ts';
import { must, type TestPipeline, week } from '../../../support/pipeline/test-pipeline.ts';

const shared = sharedPipeline();
let pipeline: TestPipeline;

const report = async () => must(await issueStatus(pipeline, week)).report;

describe('status', () => {
  it('before the freeze says whom the issue would reach now, and counts nobody', async () => {
    pipeline = await shared.approved(3);
    expect(await report()).toMatchObject({ status: 'approved', wouldReach: 3, audience: 0, balances: true });
    await addReaders(pipeline.db, 2, 'pending');
    await pipeline.db.execute(
      sql`update subscribers set status = 'unsubscribed' where email like 'reader-1@%'`,
    );
    expect(await report()).toMatchObject({ wouldReach: 2 });
    must(await freezeIssue(pipeline, week));
    expect(await report()).toMatchObject({ wouldReach: null, audience: 2, pending: 2, balances: true });
  });

  it('balances in every state a batch can have, all in one issue', async () => {
    const answers: Record<string, (post: Posted) => BatchOutcome> = {
      'reader-1@': (post) =>
        ({
          ...accepted(post),
          ...{
            ids: post.to.map((_, n) => (n < 2 ? null : `id-${n}`)),
            rejected: [0, 1].map((index) => ({ index, reason: `bad ${index}`, aboutRecipient: true })),
          },
        }) as BatchOutcome,
      'reader-101@': () => ({ kind: 'unknown', reason: 'key used with another body' }),
      'reader-201@': () => ({ kind: 'hold-batch', reason: 'odd answer' }),
      'reader-301@': () => ({ kind: 'retry', reason: 'timeout', afterMs: 3_600_000, attempted: true }),
      'reader-401@': (post) =>
        post.to.length > 50
          ? { kind: 'refused', reason: 'bad address', aboutRecipient: true }
          : accepted(post),
    };
    const mailer = scriptedMailer((post) => {
      for (const [first, answer] of Object.entries(answers))
        if (post.to[0]?.startsWith(first)) return answer(post);
      return undefined;
    });
    pipeline = await shared.frozen(650, mailer);
    await pipeline.db.execute(sql`update subscribers set status = 'unsubscribed' where email like '%5@%'`);
    const stop = new AbortController();
    await deliverIssue(pipeline, week, {
      signal: stop.signal,
      onWaiting: () => stop.abort(),
    });
    expect(await report()).toMatchObject({
      status: 'sending',
      audience: 650,
      submitted: 88 + 90 + 90 + 45,
      skipped: 65,
      rejected: 2,
      unknown: 90,
      held: 90,
      pending: 90,
      cancelled: 0,
      balances: true,
    });
    must(await cancelIssue(pipeline, week));
    expect(await report()).toMatchObject({ status: 'cancelled', held: 90, pending: 90, balances: true });
  });

  it('says so when the ledger does not add up', async () => {
    pipeline = await shared.frozen(150);
    await pipeline.db.execute(sql`delete from batches where no = 2`);
    expect(await report()).toMatchObject({ audience: 150, pending: 100, balances: false });
  });

  it('balances while paused, held and cancelled', async () => {
    pipeline = await shared.frozen(150);
    must(await pauseIssue(pipeline, week));
    expect(await report()).toMatchObject({ status: 'paused', pending: 150, balances: true });
    must(await holdIssue(pipeline, week, 'wait'));
    expect(await report()).toMatchObject({
      status: 'held',
      heldReason: 'wait',
      pending: 150,
      balances: true,
    });
    must(await cancelIssue(pipeline, week));
    expect(await report()).toMatchObject({ status: 'cancelled', cancelled: 150, pending: 0, balances: true });
  });

  it('counts mail events of this issue by kind', async () => {
    pipeline = await shared.frozen(3);
    await pipeline.db.execute(sql`
      insert into mail_events (event_id, type, issue_id, subscriber_id, at)
      select 'evt-' || n, case when n < 3 then 'delivered' else 'complained' end, case when n = 4 then i.id + 1 else i.id end, n, now()
      from generate_series(1, 4) n, issues i`);
    expect(await report()).toMatchObject({ delivered: 2, bounced: 0, complained: 1 });
  });

  it('finds no issue where there is none', async () => {
    pipeline = await shared.approved(1);
    expect(await issueStatus(pipeline, '2026-W01')).toMatchObject({ ok: false });
  });
});

describe('a cancelled issue', () => {
  const claimThenCancel = (outcome: BatchOutcome) => {
    const mailer = scriptedMailer(async () => {
      if (mailer.posted.length > 5) throw new Error('posted for ever');
      if (mailer.posted.length === 1) must(await cancelIssue(pipeline, week));
      return outcome;
    });
    return mailer;
  };

  it('does not knock for ever where a setting of ours is wrong: the batch waits for a person', async () => {
    const mailer = claimThenCancel({
      kind: 'hold-issue',
      reason: 'the API key is not active',
      attempted: true,
    });
    pipeline = await shared.frozen(150, mailer);
    must(await deliverIssue(pipeline, week));
    expect(mailer.posted).toHaveLength(1);
    expect(await report()).toMatchObject({ status: 'cancelled', held: 100, cancelled: 50, balances: true });
  });

  it('books the halves of a batch that was refused meanwhile as cancelled', async () => {
    const mailer = claimThenCancel({ kind: 'refused', reason: 'bad address', aboutRecipient: true });
    pipeline = await shared.frozen(150, mailer);
    must(await deliverIssue(pipeline, week));
    expect(mailer.posted).toHaveLength(1);
    expect(await report()).toMatchObject({ status: 'cancelled', cancelled: 150, pending: 0, balances: true });
  });

  it('books who was surely not mailed as cancelled', async () => {
    const mailer = claimThenCancel({ kind: 'retry', reason: 'rate limit', afterMs: 0, attempted: false });
    pipeline = await shared.frozen(150, mailer);
    must(await deliverIssue(pipeline, week));
    expect(mailer.posted).toHaveLength(1);
    expect(await report()).toMatchObject({ status: 'cancelled', cancelled: 150, pending: 0, balances: true });
  });
});

describe('a batch that the provider surely did nothing about', () => {
  it('is as if never tried: its 23 hours do not run, and who leaves meanwhile is left out', async () => {
    let keyValid = false;
    const mailer = scriptedMailer(() =>
      keyValid ? undefined : { kind: 'hold-issue', reason: 'the API key is not active', attempted: false },
    );
    pipeline = await shared.frozen(3, mailer);
    must(await deliverIssue(pipeline, week));
    await pipeline.db.execute(
      sql`update batches set first_attempt_at = first_attempt_at - interval '3 days'`,
    );
    await pipeline.db.execute(
      sql`update subscribers set status = 'unsubscribed' where email like 'reader-2@%'`,
    );
    await pipeline.db.execute(sql`update issues set status = 'sending', held_reason = null`);
    keyValid = true;
    must(await deliverIssue(pipeline, week));
    expect(await report()).toMatchObject({ status: 'sent', submitted: 2, skipped: 1 });
  });

  it('but not when an earlier attempt may have got through', async () => {
    const answers: BatchOutcome[] = [
      { kind: 'retry', reason: 'timeout', afterMs: 0, attempted: true },
      { kind: 'retry', reason: 'rate limit', afterMs: 0, attempted: false },
    ];
    const mailer = scriptedMailer(async () => {
      await pipeline.db.execute(
        sql`update subscribers set status = 'unsubscribed' where email like 'reader-2@%'`,
      );
      return answers[mailer.posted.length - 1];
    });
    pipeline = await shared.frozen(3, mailer);
    must(await deliverIssue(pipeline, week));
    expect(new Set(mailer.posted.map((post) => `${post.key} ${post.sha256}`)).size).toBe(1);
    expect(await report()).toMatchObject({ status: 'sent', submitted: 3, skipped: 0 });
  });
});
