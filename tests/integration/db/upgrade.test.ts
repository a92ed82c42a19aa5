import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, type DbHandle } from '../../../src/db/client.ts';
import { migrateDatabase, pendingMigrations } from '../../../src/db/migrate.ts';
import { readLog } from '../../../src/db/queries/issue/issue-log.ts';
import { findIssue } from '../../../src/db/queries/issue/issues.ts';
import { stateOf } from '../../../src/db/queries/issue/move-issue.ts';
import type { IssueContent } from '../../../src/domain/issue/issue.ts';
import { resendMailer } from '../../../src/mail/resend/mailer.ts';
import { approveIssue } from '../../../src/pipeline/compose/approve-issue.ts';
import { hashRendering, renderWithEnvelope } from '../../../src/pipeline/compose/rendering.ts';
import { maintainIssues } from '../../../src/pipeline/recover/maintain-issues.ts';
import { resolveBatch } from '../../../src/pipeline/recover/resolve-batch.ts';
import { issueStatus } from '../../../src/pipeline/report/issue-status.ts';
import { deliverIssue } from '../../../src/pipeline/send/deliver-issue.ts';
import { resumeIssue } from '../../../src/pipeline/send/hold-pause-resume-cancel.ts';
import { sendIssue } from '../../../src/pipeline/send/send-issue.ts';
import { openQueue, type Queue } from '../../../src/queue/queue.ts';
import { sampleComparisons } from '../../../src/sample/comparisons.ts';
import { databaseOfEarlierRelease, dropDatabase } from '../../support/database/earlier-release.ts';
import type { FakeResend } from '../../support/fake-resend/fake-resend.ts';
import { startFakeResend } from '../../support/fake-resend/server.ts';
import { importAll } from '../../support/pipeline/compose.ts';
import { settings } from '../../support/pipeline/settings.ts';
import { at, must, type TestPipeline, testPipeline, tuesday } from '../../support/pipeline/test-pipeline.ts';

/*
 * The release before the log of decisions ended with the first five migrations. A database of that release, with an
 * issue in every state that its owners may have left it in, is brought to the current schema, and everything goes on.
 */

const formerMigrations = 5;
const readers = 12;

/** What an earlier release stored for its issues, by week. The first is half sent. */
const weeks = {
  halfSent: '2026-W40',
  heldForOutcomes: '2026-W41',
  heldForAnswer: '2026-W42',
  heldByEditor: '2026-W43',
  pausedByEditor: '2026-W44',
  pausedByQuota: '2026-W45',
  heldDraft: '2026-W46',
  approved: '2026-W47',
  draft: '2026-W48',
  cancelled: '2026-W38',
} as const;

const uid = '5eed1e55-0000-4000-8000-000000000001';
const keyOf = (no: number) => `issue-1-5eed1e55-batch-${no}`;

/** Hashes of bodies that the earlier release posted for the half-sent issue. */
const formerBodies = {
  2: 'c7184c74cf20583dbd84cb9b615b46fa289e78134f62807534d1648b2f306426',
  3: 'dc71025db8c2f5a234dcac1a68cca3b54ae53e850874306247607626f1c4d27a',
};

const placeholder = 'reader0123456789abcdef01234567';
const frozen = {
  subject: 'Ship Plumbline',
  preheader: 'And two more.',
  html: `<p>Ship it.</p><a href="https://news.example/u/${placeholder}">Unsubscribe</a>`,
  text: `Ship it. https://news.example/u/${placeholder}`,
  placeholder,
};
const envelope = {
  from: 'Weekly AI Tool Verdicts <verdicts@news.example>',
  replyTo: null,
  publicUrl: 'https://news.example',
  headers: { 'List-Unsubscribe': `<https://news.example/u/${placeholder}>` },
  mode: 'inline' as const,
};

let url: string;
let handle: DbHandle;
let queue: Queue;
let base: TestPipeline;
let pipeline: TestPipeline;
let fake: FakeResend;
let before: Rows;

beforeAll(async () => {
  url = await databaseOfEarlierRelease(formerMigrations);

  fake = await startFakeResend({});
  base = await testPipeline();
  handle = connect(url, { onError: () => {} });
  queue = openQueue(url, { onError: () => {} });
  await queue.install();
  const mailer = resendMailer({ apiKey: fake.apiKey, baseUrl: fake.url });
  pipeline = { ...base, db: handle.db, queue, mailer };

  await fillAsBefore();
  before = await allRows();
  expect(await pendingMigrations(url)).toBeGreaterThan(0);
  await migrateDatabase(url);
});

afterAll(async () => {
  await queue.stop(0);
  await handle.close();
  await base.close();
  await fake.close();
  await dropDatabase(url);
});

async function fillAsBefore(): Promise<void> {
  await importAll(handle.db, sampleComparisons(tuesday).slice(0, 6));
  await handle.pool.query(`
    insert into subscribers (email, status, reader_token, consent_source, confirmed_at)
    select 'reader-' || n || '@readers.example', 'confirmed', lpad(n::text, 22, '0'), 'test', now()
    from generate_series(1, ${readers}) n`);
  const soon = new Date(tuesday.getTime() + 3_600_000);
  await addFrozen(weeks.halfSent, { status: 'sending' });
  await addFrozen(weeks.heldForOutcomes, {
    status: 'held',
    reason: '1 batch(es) wait for a person: their outcome is not known or cannot be booked.',
  });
  await addFrozen(weeks.heldForAnswer, { status: 'held', reason: 'Batch 2: the API key is not active' });
  await addFrozen(weeks.heldByEditor, { status: 'held', reason: 'the price of Plumbline is wrong' });
  await addFrozen(weeks.pausedByEditor, { status: 'paused' });
  await addFrozen(weeks.pausedByQuota, { status: 'paused', resumeAt: soon });
  await addFrozen(weeks.cancelled, { status: 'cancelled' });
  await addDraft(weeks.heldDraft, [1, 2], { status: 'held', reason: 'wait for the new prices' });
  await addDraft(weeks.approved, [3, 4], { status: 'approved' });
  await addDraft(weeks.draft, [5, 6], { status: 'draft' });
  await handle.pool.query(`
    insert into slots (slot, week, status) values
      ('2026-09-29T09:00Z', '${weeks.halfSent}', 'sent'), ('2026-11-17T09:00Z', '${weeks.approved}', 'waiting'),
      ('2026-11-24T09:00Z', '${weeks.draft}', 'planned'), ('2026-09-22T09:00Z', '2026-W39', 'skipped');
    insert into ticks (schedule, last_tick) values ('weekly', '2026-11-24T08:59Z')`);
  await addBatches();
  await addMailEvents();
}

interface Stored {
  readonly status: string;
  readonly reason?: string;
  readonly resumeAt?: Date;
}

/** An issue that was frozen for all readers: its batches come later. */
async function addFrozen(week: string, { status, reason, resumeAt }: Stored): Promise<void> {
  const sha256 = hashRendering(frozen, envelope);
  const content = { week, number: 1, subject: frozen.subject, preheader: '', intro: null, comparisons: [] };
  await handle.pool.query(
    `insert into issues (week, number, uid, status, held_reason, resume_at, cutoff, content, edits, subject, preheader,
       html, text, placeholder, envelope, sha256, approved_sha256, approved_by, approved_at, frozen_at, sending_since, audience)
     values ($1, 1, $2, $3, $4, $5, $6, $7, '{}', $8, $9, $10, $11, $12, $13, $14, $14, 'Ada', $6, $6, now(), ${readers})`,
    [
      ...[
        week,
        week === weeks.halfSent ? uid : randomUUID(),
        status,
        reason ?? null,
        resumeAt ?? null,
        tuesday,
      ],
      ...[content, frozen.subject, frozen.preheader, frozen.html, frozen.text, placeholder, envelope, sha256],
    ],
  );
}

async function addDraft(week: string, comparisons: number[], { status, reason }: Stored): Promise<void> {
  const sample = sampleComparisons(tuesday);
  const content: IssueContent = {
    ...{ week, number: 2, subject: `Two pairs for ${week}`, preheader: 'Which one to ship.', intro: null },
    comparisons: comparisons.map((id) => sample[id - 1] as (typeof sample)[number]),
  };
  const { rendered, envelope, sha256 } = await renderWithEnvelope(content, settings);
  const approval = status === 'approved' ? [sha256, 'Bob', tuesday] : [null, null, null];
  await handle.pool.query(
    `insert into issues (week, number, status, held_reason, cutoff, content, edits, subject, preheader, html, text,
       placeholder, envelope, sha256, approved_sha256, approved_by, approved_at)
     values ($1, 2, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
    [
      ...[week, status, reason ?? null, tuesday, content, { subject: content.subject }, rendered.subject],
      ...[
        rendered.preheader,
        rendered.html,
        rendered.text,
        rendered.placeholder,
        envelope,
        sha256,
        ...approval,
      ],
    ],
  );
  for (const [position, { slug }] of content.comparisons.entries()) {
    await handle.pool.query(
      `insert into issue_comparisons (issue_id, comparison_id, position)
       select i.id, c.id, $3 from issues i, comparisons c where i.week = $1 and c.slug = $2`,
      [week, slug, position],
    );
  }
}

/** Batches of three readers: the first is submitted, the others as far as each issue had come. */
async function addBatches(): Promise<void> {
  await handle.pool.query(`
    insert into deliveries (issue_id, subscriber_id, email, reader_token, batch_no, position)
    select i.id, s.id, s.email, s.reader_token, (s.id - 1) / 3 + 1, (s.id - 1) % 3 + 1
    from issues i, subscribers s where i.frozen_at is not null;
    insert into batches (issue_id, no, count)
    select issue_id, batch_no, count(*) from deliveries group by 1, 2;
    update batches set status = 'submitted', attempts = 1, submitted_at = now(), first_attempt_at = now() - interval '5 minutes',
      body_sha256 = 'posted', provider_ids = '["a", "b", "c"]' where no = 1;
    update batches set status = 'submitting', attempts = 1, token = gen_random_uuid(), lease_until = now() - interval '1 minute',
      first_attempt_at = now() - interval '5 minutes', body_sha256 = '${formerBodies[2]}' where issue_id = 1 and no = 2;
    update batches set attempts = 2, first_attempt_at = now() - interval '5 minutes', not_before = now(),
      body_sha256 = '${formerBodies[3]}', last_error = 'timeout' where issue_id = 1 and no = 3;
    update batches b set status = 'unknown', attempts = 3, first_attempt_at = now() - interval '1 day',
      body_sha256 = 'posted' from issues i where i.id = issue_id and i.week = '${weeks.heldForOutcomes}' and no = 2;
    update batches b set status = 'submitted', attempts = 1, submitted_at = now(), first_attempt_at = now(),
      body_sha256 = 'posted', provider_ids = '["a", "b", "c"]'
      from issues i where i.id = issue_id and i.week = '${weeks.heldForOutcomes}' and no > 2`);
}

/** Reader 1 got it and opened it twice, 2 and 3 got it after a soft bounce and after none, 4 did not get it. */
async function addMailEvents(): Promise<void> {
  await handle.pool.query(`
    insert into mail_events (event_id, type, issue_id, batch_no, subscriber_id, at)
    select 'evt-' || row_number() over (), v.type, i.id, 1, v.reader, now()
    from issues i, (values ('delivered', 1), ('opened', 1), ('opened', 1), ('soft_bounced', 2), ('delivered', 2), ('sent', 2),
      ('delivered', 3), ('soft_bounced', 4)) as v (type, reader)
    where i.week = '${weeks.cancelled}';
    insert into mail_events (event_id, type, at) values ('evt-other', 'delivered', now())`);
}

type Rows = Record<string, Record<string, unknown>[]>;

/** Every row of every table of the application. */
async function allRows(): Promise<Rows> {
  const { rows: tables } = await handle.pool.query(
    "select tablename from pg_tables where schemaname = 'public' order by 1",
  );
  const rows: Rows = {};
  for (const { tablename } of tables) {
    const all = await handle.pool.query(`select to_jsonb(t) as row from ${tablename} t order by t`);
    rows[tablename] = all.rows.map(({ row }) => row);
  }
  return rows;
}

const issue = async (week: string) => {
  const found = await findIssue(pipeline.db, week);
  if (found === null) throw new Error(`no issue for ${week}`);
  return found;
};

async function report(week: string) {
  const { report } = must(await issueStatus(pipeline, week));
  expect(report.balances).toBe(true);
  return report;
}

const readersOf = (no: number) => [1, 2, 3].map((position) => (no - 1) * 3 + position);

/** A batch of the half-sent issue as the earlier release posted it. */
function bodyAsBefore(no: number) {
  const emails = readersOf(no).map((id) => {
    const token = String(id).padStart(22, '0');
    return {
      ...{ from: envelope.from, to: `reader-${id}@readers.example`, replyTo: null, subject: frozen.subject },
      html: frozen.html.replace(placeholder, token),
      text: frozen.text.replace(placeholder, token),
      headers: { 'List-Unsubscribe': `<https://news.example/u/${token}>` },
      tags: { issue: '1', batch: String(no), delivery: String(id) },
    };
  });
  return pipeline.mailer.prepare({ group: weeks.halfSent, date: tuesday, emails });
}

describe('an upgrade', () => {
  it('loses no row and changes no value', async () => {
    const after = await allRows();
    for (const [table, rows] of Object.entries(before)) {
      expect(rows.length, table).toBe(after[table]?.length);
      for (const { finished_at, ...row } of rows) {
        const kept = finished_at == null ? row : { ...row, finished_at };
        expect(after[table], table).toContainEqual(expect.objectContaining(kept));
      }
    }
    expect(before.issues).toHaveLength(10);
    expect(before.batches).toHaveLength(28);
    expect(before.mail_events).toHaveLength(9);
  });

  it('finds whose a hold or a pause is, and gives an editor what is unclear', async () => {
    const states = await Promise.all(
      Object.entries(weeks).map(async ([name, week]) => [name, stateOf(await issue(week))]),
    );
    expect(Object.fromEntries(states)).toEqual({
      halfSent: 'sending',
      heldForOutcomes: 'held: outcomes',
      heldForAnswer: 'held: provider',
      heldByEditor: 'held: editor',
      pausedByEditor: 'paused: editor',
      pausedByQuota: 'paused: quota',
      heldDraft: 'held: editor',
      approved: 'approved',
      draft: 'draft',
      cancelled: 'cancelled',
    });
  });

  it('begins the log with the approvals that are known', async () => {
    expect(await readLog(pipeline.db, weeks.approved)).toMatchObject([
      { what: 'approved', who: 'Bob', at: tuesday, issueId: (await issue(weeks.approved)).id },
    ]);
    expect(await readLog(pipeline.db, weeks.draft)).toEqual([]);
  });

  it('counts the people whom events were reported for, and voids the soft bounces of mails that arrived', async () => {
    expect(await report(weeks.cancelled)).toMatchObject({
      ...{ delivered: 3, opened: 1, softBounced: 2, clicked: 0, bounced: 0 },
    });
    const { rows } = await handle.pool.query(
      'select subscriber_id::int as reader from mail_events where void',
    );
    expect(rows).toEqual([{ reader: 2 }]);
  });

  it('gives a cancelled issue the time of its freeze, when no other is known, as the time when it ended', async () => {
    const { frozenAt, finishedAt } = await issue(weeks.cancelled);
    expect(finishedAt).toEqual(frozenAt);
    expect((await issue(weeks.halfSent)).finishedAt).toBeNull();
  });

  it('keeps the schedule that was in force, from its last tick', async () => {
    const { rows } = await handle.pool.query('select last_tick, began_at, cron from ticks');
    const last = new Date('2026-11-24T08:59Z');
    expect(rows).toEqual([{ last_tick: last, began_at: last, cron: null }]);
  });

  it('keeps each draft’s time of composing and its edits', async () => {
    const draft = await issue(weeks.draft);
    expect(draft.composedAt).toEqual(draft.createdAt);
    expect(draft.edits).toEqual({ subject: 'Two pairs for 2026-W48' });
  });
});

describe('after an upgrade', () => {
  it('a half-sent issue goes on under its old idempotency keys, and nobody gets it twice', async () => {
    // The provider accepted batch 2 before the upgrade, and its answer was lost.
    const body = await bodyAsBefore(2);
    expect([body.sha256, (await bodyAsBefore(3)).sha256]).toEqual([formerBodies[2], formerBodies[3]]);
    expect(await body.post(keyOf(2))).toMatchObject({ kind: 'submitted' });

    must(await deliverIssue(pipeline, weeks.halfSent));
    expect(await report(weeks.halfSent)).toMatchObject({
      ...{ status: 'sent', audience: readers, submitted: readers, held: 0, unknown: 0, pending: 0 },
    });
    const ofIssue = fake.accepted.filter(({ key }) => key?.startsWith('issue-1-'));
    // Batch 1 was submitted before the upgrade. Batch 2 was posted again, and the provider knew its key.
    expect(ofIssue.map(({ key, to }) => `${key} ${to}`).toSorted()).toEqual(
      [2, 3, 4]
        .flatMap((no) => readersOf(no).map((id) => `${keyOf(no)} reader-${id}@readers.example`))
        .toSorted(),
    );
    const posts = fake.requests.filter(({ headers }) => headers['idempotency-key'] === keyOf(2));
    expect(posts.map(({ answered }) => answered)).toEqual([200, 200]);
  });

  it('an issue held for outcomes goes on once they are known', async () => {
    const week = weeks.heldForOutcomes;
    must(await resolveBatch(pipeline, week, 2, { as: 'submitted', by: 'Ada', reason: 'listed there' }));
    must(await deliverIssue(pipeline, week));
    expect(await report(week)).toMatchObject({ status: 'sent', submitted: readers });
  });

  it('an issue paused by a quota goes on by itself at its time', async () => {
    const week = weeks.pausedByQuota;
    await maintainIssues(at(pipeline, tuesday));
    expect(await report(week)).toMatchObject({ status: 'paused', submitted: 3 });
    await maintainIssues(at(pipeline, new Date(tuesday.getTime() + 3_600_000)));
    must(await deliverIssue(pipeline, week));
    expect(await report(week)).toMatchObject({ status: 'sent', submitted: readers });
  });

  it.each([
    ['held because of an answer', weeks.heldForAnswer],
    ['held by an editor', weeks.heldByEditor],
    ['paused by an editor', weeks.pausedByEditor],
  ])('an issue %s waits until a person resumes it, and is then sent', async (_, week) => {
    const { status } = await issue(week);
    await maintainIssues(at(pipeline, new Date(tuesday.getTime() + 30 * 86_400_000)));
    must(await deliverIssue(pipeline, week));
    expect(await report(week)).toMatchObject({ status, submitted: 3, pending: readers - 3 });
    must(await resumeIssue(pipeline, week, { by: 'Ada' }));
    must(await deliverIssue(pipeline, week));
    expect(await report(week)).toMatchObject({ status: 'sent', submitted: readers });
  });

  it('a held draft cannot be approved until a person resumes it', async () => {
    const approve = () => approveIssue(pipeline, weeks.heldDraft, { by: 'Cyd' });
    expect(await approve()).toMatchObject({
      ok: false,
      waitsForPerson: true,
      message: expect.stringContaining('held by an editor: wait for the new prices.'),
    });
    must(await resumeIssue(pipeline, weeks.heldDraft, { by: 'Cyd' }));
    must(await approve());
    must(await sendIssue(pipeline, weeks.heldDraft, 'Cyd'));
    expect(await report(weeks.heldDraft)).toMatchObject({ status: 'sent', submitted: readers });
  });

  it('an approved issue is sent as it was approved', async () => {
    const { approvedSha256 } = await issue(weeks.approved);
    must(await sendIssue(pipeline, weeks.approved, 'Ada'));
    expect(await report(weeks.approved)).toMatchObject({ status: 'sent', submitted: readers });
    expect((await issue(weeks.approved)).approvedSha256).toBe(approvedSha256);
  });

  it('a draft can be approved and sent', async () => {
    must(await approveIssue(pipeline, weeks.draft, { by: 'Ada' }));
    must(await sendIssue(pipeline, weeks.draft, 'Ada'));
    expect(await report(weeks.draft)).toMatchObject({ status: 'sent', submitted: readers });
  });

  it('nobody got any issue twice', async () => {
    const posts = fake.accepted.map(({ key, to }) => `${key?.replace(/-batch-.*/, '')} ${to}`);
    expect(new Set(posts).size).toBe(posts.length);
  });
});
