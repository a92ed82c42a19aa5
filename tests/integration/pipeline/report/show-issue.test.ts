import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { printDecisions } from '../../../../src/cli/print/decisions.ts';
import { printStatusReport } from '../../../../src/cli/print/status-report.ts';
import { findIssue } from '../../../../src/db/queries/issue/issues.ts';
import { countIssues, listIssues } from '../../../../src/db/queries/issue/list-issues.ts';
import { approveIssue } from '../../../../src/pipeline/compose/approve-issue.ts';
import { composeIssue } from '../../../../src/pipeline/compose/compose-issue.ts';
import { editIssue } from '../../../../src/pipeline/compose/edit-issue.ts';
import { issueStatus } from '../../../../src/pipeline/report/issue-status.ts';
import { showIssue } from '../../../../src/pipeline/report/show-issue.ts';
import {
  cancelIssue,
  holdIssue,
  resumeIssue,
} from '../../../../src/pipeline/send/hold-pause-resume-cancel.ts';
import { recordMailEvents } from '../../../../src/pipeline/send/record-mail-events.ts';
import { sendIssue } from '../../../../src/pipeline/send/send-issue.ts';
import { addSentIssues } from '../../../support/database/sent-issues.ts';
import { addReaders } from '../../../support/database/subscribers.ts';
import { reported } from '../../../support/mail/reported.ts';
import { daysAgo, importAll, published } from '../../../support/pipeline/compose.ts';
import { tickAndRunJobs } from '../../../support/pipeline/run-jobs.ts';
import { sharedPipeline } from '../../../support/pipeline/shared-pipeline.ts';
import { at, must, type TestPipeline, week } from '../../../support/pipeline/test-pipeline.ts';

const shared = sharedPipeline();
let pipeline: TestPipeline;

async function ready(settings: Parameters<typeof shared.empty>[0] = {}): Promise<void> {
  pipeline = shared.empty(settings);
  await importAll(pipeline.db, [published('one', daysAgo(2))]);
  await addReaders(pipeline.db, 3);
}

function printed(print: (out: Parameters<typeof printStatusReport>[0]) => void): string {
  const lines: string[] = [];
  print({ json: false, print: (line) => lines.push(line), warn: () => {}, document: () => {} });
  return lines.join('\n');
}

const statusText = async (of = week, timeZone = 'UTC') => {
  const { report } = must(await issueStatus(pipeline, of));
  return printed((out) => printStatusReport(out, report, timeZone));
};

/** Composed on Monday, edited, held, resumed, approved and sent, each by somebody. */
async function decided(): Promise<void> {
  await ready();
  const monday = at(pipeline, '2026-11-23T09:00:00Z');
  must(await composeIssue(monday, week, { by: 'Ada' }));
  must(await editIssue(monday, week, { subject: 'Mine', intro: 'Hello.' }, 'Grace'));
  must(await holdIssue(monday, week, { by: 'Grace', reason: 'a wrong price' }));
  must(await resumeIssue(monday, week, { by: 'Joan', reason: 'it was right' }));
  must(await approveIssue(monday, week, { by: 'Joan' }));
  must(await sendIssue(monday, week, 'Edith'));
}

describe('issues show', () => {
  it('shows all decisions: when, who, what and why, the latest first', async () => {
    await decided();
    const { record } = must(await showIssue(pipeline, week));
    expect(record.decisions.map(({ who, what, reason }) => [who, what, reason])).toEqual([
      ['pipeline', 'sent', null],
      ['Edith', 'frozen', null],
      ['Joan', 'approved', null],
      ['Joan', 'resumed', 'it was right'],
      ['Grace', 'held', 'a wrong price'],
      ['Grace', 'edited', 'subject, intro'],
      ['Ada', 'composed', null],
    ]);
    expect(record).toMatchObject({
      report: { week, status: 'sent', audience: 3, submitted: 3 },
      ...{ approvedBy: 'Joan', comparisons: ['one'] },
      times: { composedAt: '2026-11-23T09:00:00.000Z', frozenAt: '2026-11-23T09:00:00.000Z' },
    });
  });

  it('prints them in local time', () => {
    const decision = { at: '2026-11-23T23:30:00.000Z', who: 'Grace', what: 'held', reason: 'one\ntwo' };
    expect(
      printed((out) => printDecisions(out, [decision], { title: 'Decisions', timeZone: 'Europe/Berlin' })),
    ).toBe('  Decisions (Europe/Berlin):\n    2026-11-24 00:30  Grace  held: one; two');
  });

  it('shows a week that never had an issue, when something was decided about it', async () => {
    pipeline = shared.empty();
    await tickAndRunJobs(pipeline, '2026-11-23T09:00:00Z');
    await tickAndRunJobs(pipeline, '2026-11-24T09:00:00Z');
    expect(must(await showIssue(pipeline, week)).record).toMatchObject({
      report: { status: 'skipped' },
      decisions: [{ who: 'schedule', what: 'skipped' }],
    });
    expect(await showIssue(pipeline, '2026-W20')).toMatchObject({ ok: false });
  });
});

describe('issues', () => {
  it('lists number, week, status, slot, who approved, audience, submitted and delivered, newest first', async () => {
    await decided();
    const id = (await findIssue(pipeline.db, week))?.id ?? 0;
    await recordMailEvents(pipeline, await reported(pipeline.db, id, [1, 1], { type: 'delivered' }));
    await importAll(pipeline.db, [published('two', daysAgo(1))]);
    must(await composeIssue(at(pipeline, '2026-11-27T09:00:00Z'), '2026-W49', { by: 'Ada' }));
    const sent = { week, number: 1, subject: 'Mine', status: 'sent', approvedBy: 'Joan' };
    expect(await listIssues(pipeline.db)).toEqual([
      {
        ...{ week: '2026-W49', number: 2, subject: expect.any(String), status: 'draft', approvedBy: null },
        ...{ slot: '2026-12-01T09:00:00.000Z', audience: null, submitted: 0, delivered: 0 },
      },
      { ...sent, slot: '2026-11-24T09:00:00.000Z', audience: 3, submitted: 3, delivered: 1 },
    ]);
  });

  it('lists two years of issues with one query', async () => {
    pipeline = shared.empty();
    await addReaders(pipeline.db, 2);
    await addSentIssues(pipeline.db, 52);
    await pipeline.db.execute(sql`
      insert into issues (week, number, status, cutoff, content, subject, preheader, html, text, placeholder, envelope, sha256)
      select replace(week, '2025', '2024'), number, 'cancelled', cutoff, content, subject, '', '', '', '', envelope, '' from issues`);
    let queries = 0;
    const db = new Proxy(pipeline.db, {
      get: (target, name) => {
        if (name === 'execute' || name === 'select') queries += 1;
        const value = Reflect.get(target, name);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    const listed = await listIssues(db);
    expect([listed.length, queries, await countIssues(pipeline.db)]).toEqual([104, 1, 104]);
    expect(listed.map((issue) => issue.week)).toEqual(
      listed
        .map((issue) => issue.week)
        .toSorted()
        .toReversed(),
    );
    expect(listed[0]).toMatchObject({ week: '2025-W52', submitted: 2 });
  });
});

describe('status', () => {
  it('shows the last five decisions, the slot in local time, and whose hold it is', async () => {
    await decided();
    const report = must(await issueStatus(pipeline, week)).report;
    expect(report.decisions.map(({ what }) => what)).toEqual([
      ...['sent', 'frozen', 'approved', 'resumed', 'held'],
    ]);
    const text = await statusText(week, 'Europe/Berlin');
    expect(text).toContain('Slot: Tuesday 24 November 2026, 10:00 Europe/Berlin');
    expect(text).toContain('2026-11-23 10:00  Grace  held: a wrong price');
    expect(report).toMatchObject({ heldKind: null, slot: '2026-11-24T09:00:00.000Z' });
  });

  it('says that an editor holds it, and how the hold is lifted', async () => {
    await ready();
    must(await composeIssue(pipeline, week, { by: 'Ada' }));
    must(await holdIssue(pipeline, week, { by: 'Grace', reason: 'a wrong price' }));
    expect(must(await issueStatus(pipeline, week)).report).toMatchObject({
      ...{ status: 'held', heldKind: 'editor', heldReason: 'a wrong price' },
    });
    const text = await statusText();
    expect(text).toContain('Held by an editor: a wrong price');
    expect(text).toMatch(/Lift the hold: .*resume --week 2026-W48/);
  });

  it('of a skipped week reads well, and keeps its keys', async () => {
    pipeline = shared.empty();
    await tickAndRunJobs(pipeline, '2026-11-23T09:00:00Z');
    await tickAndRunJobs(pipeline, '2026-11-24T09:00:00Z');
    expect(await statusText()).toMatch(
      /^2026-W48 has no issue: there was too little to send at its slot\. Nobody was mailed\.\n {2}Slot: Tuesday 24 November 2026, 09:00 UTC\n {2}Last decisions/,
    );
    const skipped = must(await issueStatus(pipeline, week)).report;
    await decided();
    const sent = must(await issueStatus(pipeline, week)).report;
    expect(Object.keys(skipped).toSorted()).toEqual(Object.keys(sent).toSorted());
  });

  it('of a missed issue says that nobody was mailed, and how it is opened again', async () => {
    await ready({ approval: 'required' });
    await tickAndRunJobs(pipeline, '2026-11-23T09:00:00Z');
    await tickAndRunJobs(pipeline, '2026-11-24T09:00:00Z');
    await tickAndRunJobs(pipeline, '2026-11-30T09:00:00Z');
    expect(must(await issueStatus(pipeline, week)).report.status).toBe('missed');
    const text = await statusText();
    expect(text).toContain('Issue 2026-W48 (no. 1): missed');
    expect(text).toContain('Nobody was mailed; its edits are kept');
    expect(text).toContain('compose --week 2026-W48');
    expect(text).not.toContain('would now go to');
  });

  it('of a missed week without an issue says so', async () => {
    pipeline = shared.empty();
    await tickAndRunJobs(pipeline, '2026-11-22T09:00:00Z');
    await tickAndRunJobs(pipeline, '2026-11-25T12:00:00Z');
    expect(must(await issueStatus(pipeline, week)).report.status).toBe('missed');
    expect(await statusText()).toContain(
      '2026-W48 has no issue: nobody composed an issue within a day of its slot.',
    );
  });

  it('of a week whose slot the schedule dropped says so', async () => {
    pipeline = shared.empty();
    await tickAndRunJobs(pipeline, '2026-11-23T10:00:00Z');
    const moved = {
      ...pipeline,
      settings: { ...pipeline.settings, schedule: { cron: '0 9 * * 4', timeZone: 'UTC' } },
    };
    await tickAndRunJobs(moved, '2026-11-23T11:00:00Z');
    await pipeline.db.execute(sql`delete from slots where status <> 'dropped'`);
    expect(must(await issueStatus(pipeline, week)).report).toMatchObject({ status: 'dropped' });
    expect(await statusText()).toContain('2026-W48 has no issue: the schedule no longer has its slot.');
  });

  it('names what the site changed since the issue was composed', async () => {
    await ready();
    must(await composeIssue(pipeline, week, { by: 'Ada' }));
    expect(await statusText()).not.toContain('Changed at the site');
    const [first, second] = published('one', daysAgo(2)).tools;
    const tools = [{ ...first, entryPrice: '$99/mo' }, second] as const;
    await importAll(pipeline.db, [published('one', daysAgo(2), { tools })]);
    expect(await statusText()).toMatch(/Changed at the site since it was composed: .*\$99\/mo/);
  });

  it('of a cancelled issue that was never frozen says that nobody was mailed', async () => {
    await ready();
    must(await composeIssue(pipeline, week, { by: 'Ada' }));
    must(await cancelIssue(pipeline, week, { by: 'Ada', reason: 'holidays' }));
    expect(await statusText()).toMatch(
      /cancelled[\s\S]*Nobody was mailed\.[\s\S]*Ada {2}cancelled: holidays/,
    );
  });
});
