import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { readSubscriberHistory } from '../../../src/db/queries/audience/subscriber-history.ts';
import { suppressAddresses } from '../../../src/db/queries/audience/suppressions.ts';
import { deliverIssue } from '../../../src/pipeline/send/deliver-issue.ts';
import { cancelIssue } from '../../../src/pipeline/send/hold-pause-resume-cancel.ts';
import { addReaders } from '../../support/database/subscribers.ts';
import { scriptedMailer } from '../../support/mail/scripted-mailer.ts';
import { sharedPipeline } from '../../support/pipeline/shared-pipeline.ts';
import { must, type TestPipeline, week } from '../../support/pipeline/test-pipeline.ts';

const shared = sharedPipeline();
let pipeline: TestPipeline;

const history = (email: string) => readSubscriberHistory(pipeline.db, email);
const reader = (n: number) => history(`reader-${n}@readers.example`);

describe("a subscriber's history", () => {
  it('shows an issue as submitted, or as skipped or rejected with the reason', async () => {
    const mailer = scriptedMailer((post) => ({
      kind: 'submitted',
      ids: post.to.map((_, index) => (index === 1 ? null : `id-${index}`)),
      rejected: [{ index: 1, reason: 'no such mailbox', aboutRecipient: true }],
    }));
    pipeline = await shared.frozen(5, mailer);
    await pipeline.db.execute(
      sql`update subscribers set status = 'unsubscribed' where email like 'reader-1@%'`,
    );
    await suppressAddresses(pipeline.db, [
      { email: 'reader-4@readers.example', reason: 'complaint', detail: 'by hand' },
    ]);
    must(await deliverIssue(pipeline, week));
    const issue = { week, batch: 1 };
    expect((await reader(1))?.issues).toEqual([
      { ...issue, state: 'skipped', reason: 'unsubscribed', submittedAt: null },
    ]);
    expect((await reader(3))?.issues).toMatchObject([
      { ...issue, state: 'rejected', reason: 'no such mailbox' },
    ]);
    expect(await reader(4)).toMatchObject({
      status: 'confirmed',
      suppression: { reason: 'complaint', detail: 'by hand' },
      issues: [{ state: 'skipped', reason: 'suppressed' }],
    });
    expect((await reader(5))?.issues).toEqual([
      { ...issue, state: 'submitted', reason: null, submittedAt: expect.stringMatching(/^\d{4}-.*Z$/) },
    ]);
  });

  it('shows why an issue has not arrived yet or never will', async () => {
    const mailer = scriptedMailer(() => ({ kind: 'hold-batch', reason: 'an odd answer' }));
    pipeline = await shared.frozen(101, mailer);
    expect((await reader(1))?.issues).toMatchObject([{ state: 'pending', reason: null, submittedAt: null }]);
    const stop = new AbortController();
    await deliverIssue(pipeline, week, { signal: stop.signal, onTrouble: () => stop.abort() });
    must(await cancelIssue(pipeline, week, { by: 'Ada' }));
    expect((await reader(1))?.issues).toMatchObject([{ batch: 1, state: 'held', reason: 'an odd answer' }]);
    expect((await reader(101))?.issues).toMatchObject([{ batch: 2, state: 'cancelled' }]);
  });

  it('follows a reader into the batch that a refused batch was split into', async () => {
    const mailer = scriptedMailer((post) =>
      post.to.includes('reader-2@readers.example')
        ? { kind: 'refused', reason: 'invalid address', aboutRecipient: true }
        : undefined,
    );
    pipeline = await shared.frozen(4, mailer);
    must(await deliverIssue(pipeline, week));
    expect((await reader(2))?.issues).toMatchObject([{ state: 'rejected', reason: 'invalid address' }]);
    expect((await reader(1))?.issues).toMatchObject([{ state: 'submitted' }]);
  });

  it('finds an address in any case, also when it is pending or only suppressed, and lists mail events', async () => {
    pipeline = shared.empty();
    await addReaders(pipeline.db, 1, 'pending');
    expect(await history('PENDING-1@Readers.Example')).toMatchObject({
      email: 'pending-1@readers.example',
      status: 'pending',
      consentSource: 'test',
      confirmedAt: null,
      suppression: null,
      issues: [],
      events: [],
    });
    await suppressAddresses(pipeline.db, [{ email: 'gone@readers.example', reason: 'hard_bounce' }]);
    expect(await history('Gone@readers.example')).toMatchObject({
      email: 'gone@readers.example',
      status: 'unknown',
      consentSource: null,
      suppression: { reason: 'hard_bounce' },
      issues: [],
    });
    await pipeline.db.execute(sql`
      insert into mail_events (event_id, type, issue_id, subscriber_id, at, detail)
      select 'e' || n, 'delivered', 1, id, timestamptz '2026-11-24 10:00Z' - n * interval '1 hour', null from subscribers, generate_series(1, 2) n`);
    expect((await history('pending-1@readers.example'))?.events.map((event) => event.at)).toEqual([
      '2026-11-24T08:00:00.000Z',
      '2026-11-24T09:00:00.000Z',
    ]);
  });

  it('is null for an address that nobody has', async () => {
    pipeline = shared.empty();
    for (const email of ['nobody@x.example', '', '%', "' or 1=1 --", 'x'.repeat(10_000)])
      expect(await history(email)).toBeNull();
  });
});
