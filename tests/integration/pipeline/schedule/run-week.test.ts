import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { moveIssue } from '../../../../src/db/queries/issue/move-issue.ts';
import { approveIssue } from '../../../../src/pipeline/compose/approve-issue.ts';
import { composeIssue } from '../../../../src/pipeline/compose/compose-issue.ts';
import { editIssue } from '../../../../src/pipeline/compose/edit-issue.ts';
import type { Settings } from '../../../../src/pipeline/context.ts';
import { mailNotice } from '../../../../src/pipeline/notify/mail-notice.ts';
import { issueStatus } from '../../../../src/pipeline/report/issue-status.ts';
import { runWeek } from '../../../../src/pipeline/schedule/run-week.ts';
import {
  cancelIssue,
  holdIssue,
  pauseIssue,
  resumeIssue,
} from '../../../../src/pipeline/send/hold-pause-resume-cancel.ts';
import { sendIssue } from '../../../../src/pipeline/send/send-issue.ts';
import { addReaders } from '../../../support/database/subscribers.ts';
import { countByAddress, readOutbox } from '../../../support/mail/read-outbox.ts';
import { scriptedMailer } from '../../../support/mail/scripted-mailer.ts';
import { daysAgo, importAll, published, storedIssue } from '../../../support/pipeline/compose.ts';
import { tickAndRunJobs } from '../../../support/pipeline/run-jobs.ts';
import { sharedPipeline } from '../../../support/pipeline/shared-pipeline.ts';
import { at, must, type TestPipeline, week } from '../../../support/pipeline/test-pipeline.ts';

const shared = sharedPipeline();
let pipeline: TestPipeline;

async function ready(readers = 3, settings: Partial<Settings> = {}): Promise<void> {
  pipeline = shared.empty(settings);
  await importAll(pipeline.db, [published('one', daysAgo(1)), published('two', daysAgo(2))]);
  await addReaders(pipeline.db, readers);
}

const weekly = () => runWeek(pipeline, week, 'Ada');
const ledger = async (of = week) => must(await issueStatus(pipeline, of)).report;
const mails = () => readOutbox(join(pipeline.outbox, week));

async function countIssues(): Promise<number> {
  const { rows } = await pipeline.db.execute<{ n: number }>(sql`select count(*)::int as n from issues`);
  return rows[0]?.n ?? -1;
}

describe('the week', () => {
  it('is composed, checked, approved, frozen and sent: one mail to each confirmed reader', async () => {
    await ready(103);
    await addReaders(pipeline.db, 2, 'pending');
    await addReaders(pipeline.db, 2, 'unsubscribed');
    expect(await weekly()).toMatchObject({ ok: true, kind: 'sent', submittedNow: 103 });
    expect(await ledger()).toMatchObject({ status: 'sent', audience: 103, submitted: 103, balances: true });
    const counts = countByAddress(await mails());
    expect([counts.size, ...new Set(counts.values())]).toEqual([103, 1]);
    expect(await storedIssue(pipeline.db)).toMatchObject({ approvedBy: 'Ada' });
  });

  it('says when run again that it is already sent, and mails nobody', async () => {
    await ready();
    must(await weekly());
    const before = await mails();
    expect(await weekly()).toEqual({ ok: true, kind: 'already', status: 'sent' });
    expect(await mails()).toEqual(before);
  });

  it('makes one issue and one mail per reader when run several times at once, and no run fails', async () => {
    await ready(250);
    const runs = await Promise.all(Array.from({ length: 4 }, weekly));
    expect(runs.map((run) => run.ok)).toEqual(Array(4).fill(true));
    expect(await countIssues()).toBe(1);
    expect((await storedIssue(pipeline.db)).status).toBe('sent');
    const counts = countByAddress(await mails());
    expect([counts.size, ...new Set(counts.values())]).toEqual([250, 1]);
  });

  it('mails nobody and records nothing when there is nothing new', async () => {
    pipeline = shared.empty({ editorEmails: ['desk@news.example'] });
    await addReaders(pipeline.db, 3);
    expect(await weekly()).toMatchObject({ ok: true, kind: 'nothing-new' });
    expect(await countIssues()).toBe(0);
    expect([week, 'editors'].map((folder) => existsSync(join(pipeline.outbox, folder)))).toEqual([
      false,
      false,
    ]);
  });

  it('goes on with an issue that is half sent', async () => {
    await ready(250);
    const stop = new AbortController();
    must(await runWeek(pipeline, week, 'Ada', { signal: stop.signal, onSettled: () => stop.abort() }));
    expect((await storedIssue(pipeline.db)).status).toBe('sending');
    // Whatever was under way when the first batch was settled ends as well: on a busy machine, another batch.
    const sent = (await mails()).length;
    expect([100, 200]).toContain(sent);
    expect(await weekly()).toMatchObject({ kind: 'sent', submittedNow: 250 - sent });
    expect(await ledger()).toMatchObject({ submitted: 250 });
    expect([...countByAddress(await mails()).values()]).toEqual(Array(250).fill(1));
  });

  it('goes on from a person’s approval without composing again', async () => {
    await ready();
    must(await composeIssue(pipeline, week, { by: 'Ada' }));
    must(await editIssue(pipeline, week, { subject: 'As approved' }, 'Ada'));
    must(await approveIssue(pipeline, week, { by: 'Ada' }));
    await importAll(pipeline.db, [published('late', daysAgo(1))]);
    must(await weekly());
    expect(await storedIssue(pipeline.db)).toMatchObject({ subject: 'As approved', approvedBy: 'Ada' });
    expect((await mails())[0]?.subject).toBe('As approved');
  });

  it('sends another week with what is new since then', async () => {
    await ready();
    must(await weekly());
    await importAll(pipeline.db, [published('three', daysAgo(0.5))]);
    expect(await runWeek(pipeline, '2026-W49', 'Ada')).toMatchObject({ kind: 'sent' });
    expect(await ledger('2026-W49')).toMatchObject({ number: 2, comparisons: 1 });
  });
});

describe('the week stops for a person', () => {
  const editorEmails = ['desk@news.example', 'ada@news.example'];
  /** Runs the jobs that mail the editors, as a worker would. */
  const mailNotices = () =>
    pipeline.queue.drain('tell-editors', ({ notice, at }) => mailNotice(pipeline, notice, new Date(at)));
  const editorMails = () => readOutbox(join(pipeline.outbox, 'editors'));

  it('under APPROVAL=required, and mails the editors once about the same draft', async () => {
    await ready(3, { approval: 'required', editorEmails });
    for (let run = 1; run <= 3; run += 1) {
      expect(await weekly()).toMatchObject({
        ok: false,
        waitsForPerson: true,
        message: expect.stringContaining('approve --week 2026-W48'),
      });
      await mailNotices();
    }
    const sent = await editorMails();
    expect([...countByAddress(sent)].toSorted()).toEqual(editorEmails.toSorted().map((to) => [to, 1]));
    for (const mail of sent) {
      expect(mail.subject).toContain(week);
      for (const part of [mail.html, mail.text]) expect(part).toContain('one One vs one Two');
      expect(mail.text).toContain(`approve --week ${week}`);
      expect(`${mail.html}${mail.text}`).not.toMatch(/readers\.example|\/u\//);
    }
    expect(existsSync(join(pipeline.outbox, week))).toBe(false);
  });

  it('and mails the editors again about a changed draft, and sends what one of them approves', async () => {
    await ready(3, { approval: 'required', editorEmails });
    await weekly();
    await mailNotices();
    must(await editIssue(pipeline, week, { subject: 'Changed' }, 'Ada'));
    await weekly();
    await mailNotices();
    expect((await editorMails()).length).toBe(4);
    must(await approveIssue(pipeline, week, { by: 'Ada' }));
    expect(await weekly()).toMatchObject({ kind: 'sent', submittedNow: 3 });
  });

  it('and mails nobody when there are no editors', async () => {
    await ready(3, { approval: 'required' });
    await weekly();
    expect(await mailNotices()).toBe(0);
  });

  it('when the check finds an error, and sends once that is fixed', async () => {
    await ready(0);
    const blocked = await weekly();
    expect(blocked).toMatchObject({ ok: false, waitsForPerson: true });
    expect(!blocked.ok && blocked.findings.map(({ rule }) => rule)).toContain('has-readers');
    expect((await storedIssue(pipeline.db)).status).toBe('draft');
    await addReaders(pipeline.db, 2);
    expect(await weekly()).toMatchObject({ kind: 'sent', submittedNow: 2 });
  });

  it('when the issue is held or paused, with the reason and what to do', async () => {
    await ready();
    must(await composeIssue(pipeline, week, { by: 'Ada' }));
    must(await holdIssue(pipeline, week, { by: 'Ada', reason: 'wrong price' }));
    expect(await weekly()).toMatchObject({
      ok: false,
      waitsForPerson: true,
      message: expect.stringMatching(/held by .*: wrong price.*resume --week 2026-W48/),
    });
    must(await resumeIssue(pipeline, week, { by: 'Ada' }));
    must(await approveIssue(pipeline, week, { by: 'Ada' }));
    const never = {
      ...pipeline,
      mailer: scriptedMailer(() => ({ kind: 'hold-issue', reason: 'no key', attempted: false })),
    };
    must(await sendIssue(never, week, 'Ada'));
    expect(await ledger()).toMatchObject({ status: 'held' });
    expect(await weekly()).toMatchObject({ ok: false, message: expect.stringContaining('no key') });
    must(await resumeIssue(pipeline, week, { by: 'Ada' }));
    must(await pauseIssue(pipeline, week, { by: 'Ada' }));
    expect(await weekly()).toMatchObject({ ok: false, waitsForPerson: true });
    expect(existsSync(join(pipeline.outbox, week))).toBe(false);
  });

  it('and leaves a cancelled week alone', async () => {
    await ready();
    must(await composeIssue(pipeline, week, { by: 'Ada' }));
    must(await cancelIssue(pipeline, week, { by: 'Ada' }));
    expect(await weekly()).toEqual({ ok: true, kind: 'already', status: 'cancelled' });
  });
});

describe('weekly', () => {
  /** Everything that a run of the week may change. */
  const stored = async () => {
    const { rows } = await pipeline.db.execute(sql`
      select (select json_agg(i order by id) from issues i) as issues, (select json_agg(s) from slots s) as slots,
        (select json_agg(l order by id) from issue_log l) as decisions, (select json_agg(c) from issue_comparisons c) as taken`);
    return rows[0];
  };

  it('for a week that is sent or cancelled touches nothing, not even another week’s draft', async () => {
    await ready(3, { maxComparisons: 1 });
    must(await weekly());
    must(await composeIssue(pipeline, '2026-W49', { by: 'Ada' }));
    const before = await stored();
    expect(await weekly()).toEqual({ ok: true, kind: 'already', status: 'sent' });
    expect(await stored()).toEqual(before);
  });

  it('opens a missed issue of this week again, with its edits, and sends it', async () => {
    await ready(3, { approval: 'required' });
    await tickAndRunJobs(pipeline, '2026-11-23T09:00:00Z');
    must(await editIssue(pipeline, week, { subject: 'Mine' }, 'Ada'));
    await tickAndRunJobs(pipeline, '2026-11-24T09:00:00Z');
    await pipeline.db.execute(sql`update slots set status = 'missed'`);
    await pipeline.db.transaction(async (tx) => {
      const { id } = await storedIssue(pipeline.db);
      await moveIssue(tx, id, 'miss', { at: new Date(), who: 'schedule' });
    });
    expect((await storedIssue(pipeline.db)).status).toBe('missed');
    const friday = { ...at(pipeline, '2026-11-27T12:00:00Z') };
    const auto = { ...friday, settings: { ...friday.settings, approval: 'auto' as const } };
    expect(await runWeek(auto, week, 'Grace')).toMatchObject({ ok: true, kind: 'sent', submittedNow: 3 });
    expect(await storedIssue(pipeline.db)).toMatchObject({
      status: 'sent',
      subject: 'Mine',
      approvedBy: 'Grace',
    });
  });

  it('says whose draft holds the candidates when there is nothing else to send', async () => {
    await ready();
    must(await composeIssue(pipeline, '2026-W49', { by: 'Ada' }));
    const before = await stored();
    expect(await weekly()).toMatchObject({ ok: true, kind: 'nothing-new', drafts: ['2026-W49'] });
    expect(await stored()).toEqual(before);
  });

  it('need not wait for the minutes of review, since a person sends', async () => {
    await ready(3, { editorEmails: ['desk@news.example'], minReviewMinutes: 60 });
    expect(await weekly()).toMatchObject({ kind: 'sent', submittedNow: 3 });
  });
});
