import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { findIssue } from '../../../../src/db/queries/issue/issues.ts';
import type { BatchOutcome } from '../../../../src/domain/sending/outcome.ts';
import { issueStatus } from '../../../../src/pipeline/report/issue-status.ts';
import { deliverIssue } from '../../../../src/pipeline/send/deliver-issue.ts';
import { freezeIssue } from '../../../../src/pipeline/send/freeze-issue.ts';
import {
  cancelIssue,
  holdIssue,
  pauseIssue,
} from '../../../../src/pipeline/send/hold-pause-resume-cancel.ts';
import { recordMailEvents } from '../../../../src/pipeline/send/record-mail-events.ts';
import { addReaders } from '../../../support/database/subscribers.ts';
import { reported } from '../../../support/mail/reported.ts';
import { accepted, type Posted, scriptedMailer } from '../../../support/mail/scripted-mailer.ts';
import { sharedPipeline } from '../../../support/pipeline/shared-pipeline.ts';
import { must, type TestPipeline, week } from '../../../support/pipeline/test-pipeline.ts';

const shared = sharedPipeline();
let pipeline: TestPipeline;

const report = async () => must(await issueStatus(pipeline, week)).report;

describe('status', () => {
  it('says before the freeze how many the issue would reach, and counts nobody', async () => {
    pipeline = await shared.approved(3);
    expect(await report()).toMatchObject({ status: 'approved', wouldReach: 3, audience: 0, balances: true });
    await addReaders(pipeline.db, 2, 'pending');
    await pipeline.db.execute(
      sql`update subscribers set status = 'unsubscribed' where email like 'reader-1@%'`,
    );
    expect(await report()).toMatchObject({ wouldReach: 2 });
    must(await freezeIssue(pipeline, week, 'Ada'));
    expect(await report()).toMatchObject({ wouldReach: null, audience: 2, pending: 2, balances: true });
  });

  it('balances with batches of every status in one issue', async () => {
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
    must(await cancelIssue(pipeline, week, { by: 'Ada' }));
    expect(await report()).toMatchObject({ status: 'cancelled', held: 90, pending: 90, balances: true });
  });

  it('shows that the ledger does not balance when a batch is lost', async () => {
    pipeline = await shared.frozen(150);
    await pipeline.db.execute(sql`delete from batches where no = 2`);
    expect(await report()).toMatchObject({ audience: 150, pending: 100, balances: false });
  });

  it('balances while paused, held and cancelled', async () => {
    pipeline = await shared.frozen(150);
    must(await pauseIssue(pipeline, week, { by: 'Ada' }));
    expect(await report()).toMatchObject({ status: 'paused', pending: 150, balances: true });
    must(await holdIssue(pipeline, week, { by: 'Ada', reason: 'wait' }));
    expect(await report()).toMatchObject({
      status: 'held',
      heldReason: 'wait',
      pending: 150,
      balances: true,
    });
    must(await cancelIssue(pipeline, week, { by: 'Ada' }));
    expect(await report()).toMatchObject({ status: 'cancelled', cancelled: 150, pending: 0, balances: true });
  });

  it('counts mail events of this issue by kind', async () => {
    pipeline = await shared.frozen(3);
    const id = (await findIssue(pipeline.db, week))?.id ?? 0;
    await recordMailEvents(pipeline, [
      ...(await reported(pipeline.db, id, [1, 2], { type: 'delivered' })),
      ...(await reported(pipeline.db, id, [3], { type: 'complained' })),
      ...(await reported(pipeline.db, id + 1, [3], { type: 'complained' })),
    ]);
    expect(await report()).toMatchObject({ delivered: 2, bounced: 0, complained: 1 });
  });

  it('is refused for a week without an issue', async () => {
    pipeline = await shared.approved(1);
    expect(await issueStatus(pipeline, '2026-W01')).toMatchObject({ ok: false });
  });
});
