import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { readUnresolved } from '../../../../src/db/queries/sending/reconcile.ts';
import type { SentEmail, SentLog } from '../../../../src/domain/sending/sent-log.ts';
import { reconcileFromSentLog } from '../../../../src/pipeline/recover/reconcile-from-sent-log.ts';
import { storedIssue } from '../../../support/pipeline/compose.ts';
import { sharedPipeline } from '../../../support/pipeline/shared-pipeline.ts';
import { must, type TestPipeline } from '../../../support/pipeline/test-pipeline.ts';

const shared = sharedPipeline();
const attempted = new Date('2026-11-24T09:00:00Z');
const minutesBefore = (minutes: number) => new Date(attempted.getTime() - minutes * 60_000);

/** An issue of one batch that was posted at `attempted` and whose answer never came. */
async function unanswered(readers: number): Promise<TestPipeline> {
  const pipeline = await shared.frozen(readers);
  await pipeline.db.execute(
    sql`update batches set status = 'unknown', body_sha256 = 'of the body', first_attempt_at = ${attempted}`,
  );
  await pipeline.db.execute(sql`update issues set frozen_at = ${attempted}`);
  return pipeline;
}

/** The provider's list, a page of emails each; it no longer has their tags. */
function listOf(
  pages: readonly (readonly Partial<SentEmail>[])[],
  subject: string,
): SentLog & { asked: number } {
  const log = {
    asked: 0,
    page: async (next: string | null) => {
      log.asked += 1;
      const no = Number(next ?? 0);
      const emails = (pages[no] ?? []).map((email, index) => ({
        id: `id-${no}-${index}`,
        to: ['somebody@else.example'],
        subject,
        createdAt: attempted,
        ...email,
      }));
      return {
        kind: 'answer',
        value: { emails, next: no + 1 < pages.length ? String(no + 1) : null },
      } as const;
    },
    tags: async () => ({ kind: 'answer', value: null }) as const,
  };
  return log;
}

async function lookUp(pipeline: TestPipeline, log: SentLog, signal = new AbortController().signal) {
  const issue = await storedIssue(pipeline.db);
  const unresolved = await readUnresolved(pipeline.db, issue.id, 'unanswered');
  return reconcileFromSentLog(pipeline, log, issue, unresolved, { which: 'unanswered', signal });
}

async function batch(pipeline: TestPipeline) {
  const { rows } = await pipeline.db.execute<{ status: string; last_error: string; provider_ids: unknown }>(
    sql`select status, last_error, provider_ids from batches`,
  );
  return rows[0];
}

async function reconcile(pipeline: TestPipeline, pages: readonly (readonly Partial<SentEmail>[])[]) {
  const log = listOf(pages, (await storedIssue(pipeline.db)).subject);
  must(await lookUp(pipeline, log));
  return { ...(await batch(pipeline)), pagesRead: log.asked };
}

describe('the provider’s list', () => {
  it('is read five minutes further back than the first attempt, since its clock may be behind ours', async () => {
    const pipeline = await unanswered(1);
    const pages = [
      [{ createdAt: minutesBefore(3) }],
      [{ to: ['reader-1@readers.example'], createdAt: minutesBefore(4) }],
    ];
    expect(await reconcile(pipeline, pages)).toMatchObject({ status: 'submitted', provider_ids: ['id-1-0'] });
  });

  it('is read on where a page ends in the middle of a batch, however far the clocks differ', async () => {
    const pipeline = await unanswered(2);
    const pages = [
      [{ to: ['reader-1@readers.example'], createdAt: minutesBefore(33) }],
      [{ to: ['reader-2@readers.example'], createdAt: minutesBefore(33) }],
    ];
    expect(await reconcile(pipeline, pages)).toMatchObject({
      status: 'submitted',
      provider_ids: ['id-0-0', 'id-1-0'],
    });
  });

  it('is read no further back than that', async () => {
    const pipeline = await unanswered(1);
    const pages = [[{ createdAt: minutesBefore(6) }], [{ createdAt: minutesBefore(7) }]];
    expect(await reconcile(pipeline, pages)).toMatchObject({ status: 'unknown', pagesRead: 1 });
  });

  it('settles nothing by an email with another subject', async () => {
    const pipeline = await unanswered(1);
    const pages = [[{ to: ['reader-1@readers.example'], subject: 'Welcome' }]];
    expect(await reconcile(pipeline, pages)).toMatchObject({
      status: 'unknown',
      last_error: expect.stringContaining('lists none of this batch'),
    });
  });

  it('names a recipient in any case, with or without a name', async () => {
    const pipeline = await unanswered(2);
    await pipeline.db.execute(sql`update subscribers set email = 'Reader-1@Readers.example' where id = 1`);
    const pages = [[{ to: ['READER-1@readers.example'] }, { to: ['Reader <Reader-2@readers.example>'] }]];
    expect(await reconcile(pipeline, pages)).toMatchObject({
      status: 'submitted',
      provider_ids: ['id-0-0', 'id-0-1'],
    });
  });
});

describe('the tags of a listed email', () => {
  it.each([
    ['of another issue', '999', '1'],
    ['of another batch', null, '2'],
  ])('%s leave the batch to a person', async (_, issueTag, batchTag) => {
    const pipeline = await unanswered(1);
    const issue = await storedIssue(pipeline.db);
    const tags = { issue: issueTag ?? String(issue.id), batch: batchTag };
    const log: SentLog = {
      ...listOf([[{ to: ['reader-1@readers.example'] }]], issue.subject),
      tags: async () => ({ kind: 'answer', value: tags }),
    };
    must(await lookUp(pipeline, log));
    expect(await batch(pipeline)).toMatchObject({
      status: 'unknown',
      last_error: expect.stringContaining('under another batch'),
    });
  });
});

describe('a provider that says "later"', () => {
  const later: SentLog = {
    page: async () => ({ kind: 'again', reason: 'Resend does not answer.', afterMs: 0 }),
    tags: async () => ({ kind: 'answer', value: null }),
  };

  it('is asked six times, and then somebody else has to try again', async () => {
    const pipeline = await unanswered(1);
    let asked = 0;
    const log = {
      ...later,
      page: (next: string | null) => {
        asked += 1;
        return later.page(next);
      },
    };
    expect(await lookUp(pipeline, log)).toMatchObject({
      ok: false,
      message: 'Resend does not answer. Run it again later.',
    });
    expect(asked).toBe(6);
  });

  it('is asked no more once the look-up is stopped', async () => {
    const pipeline = await unanswered(1);
    const stop = new AbortController();
    let asked = 0;
    const log: SentLog = {
      ...later,
      page: async (next) => {
        asked += 1;
        stop.abort();
        return later.page(next);
      },
    };
    expect(await lookUp(pipeline, log, stop.signal)).toMatchObject({
      ok: false,
      message: expect.stringContaining('Stopped'),
    });
    expect(asked).toBe(1);
  });
});
