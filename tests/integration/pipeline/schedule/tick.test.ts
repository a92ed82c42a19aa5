import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { afterEach, describe, expect, it } from 'vitest';
import { approveIssue } from '../../../../src/pipeline/compose/approve-issue.ts';
import type { Settings } from '../../../../src/pipeline/context.ts';
import { issueStatus } from '../../../../src/pipeline/report/issue-status.ts';
import { tick } from '../../../../src/pipeline/schedule/tick.ts';
import { holdIssue } from '../../../../src/pipeline/send/hold-pause-resume-cancel.ts';
import { addReaders } from '../../../support/database/subscribers.ts';
import { countByAddress, readOutbox } from '../../../support/mail/read-outbox.ts';
import { importSample } from '../../../support/pipeline/frozen-issue.ts';
import { tickAndRunJobs } from '../../../support/pipeline/run-jobs.ts';
import { at, type TestPipeline, testPipeline, week } from '../../../support/pipeline/test-pipeline.ts';

/** Slot: Tuesday 2026-11-24T09:00Z, composed 24 hours earlier. */
const installed = '2026-11-20T12:00:00Z';
const composeTime = '2026-11-23T09:00:00Z';
const slotTime = '2026-11-24T09:00:00Z';

let pipeline: TestPipeline;
afterEach(() => pipeline.close());

/** Two comparisons of the week before, three readers. */
async function importContent(): Promise<void> {
  await importSample(pipeline);
  await pipeline.db.execute(sql`update comparisons set published_at = '2026-11-19T09:00:00Z'`);
  await addReaders(pipeline.db, 3);
}

async function installedPipeline(settings: Partial<Settings> = {}): Promise<void> {
  pipeline = await testPipeline({ settings: { editorEmails: ['editor@desk.example'], ...settings } });
  await importContent();
  await tick(at(pipeline, installed));
}

async function statusOf(week: string): Promise<string> {
  const status = await issueStatus(pipeline, week);
  return status.ok ? status.report.status : 'none';
}

const notices = async () => {
  const folder = join(pipeline.outbox, 'editors');
  return existsSync(folder) ? (await readOutbox(folder)).map((mail) => mail.subject?.split(':')[0]) : [];
};

const slotStatus = async () => {
  const { rows } = await pipeline.db.execute<{ status: string }>(sql`select status from slots order by slot`);
  return rows.map((row) => row.status);
};

describe('the schedule', () => {
  it('composes at the review time before the slot, mails the editors, and sends at the slot', async () => {
    await installedPipeline();
    await tickAndRunJobs(pipeline, '2026-11-23T08:59:00Z');
    expect(await statusOf(week)).toBe('none');
    await tickAndRunJobs(pipeline, composeTime);
    expect(await statusOf(week)).toBe('draft');
    expect(await notices()).toEqual(['Draft ready']);
    await tickAndRunJobs(pipeline, '2026-11-24T08:59:00Z');
    expect(await statusOf(week)).toBe('draft');
    await tickAndRunJobs(pipeline, slotTime);
    expect(await statusOf(week)).toBe('sent');
    expect([...countByAddress(await readOutbox(join(pipeline.outbox, week))).values()]).toEqual([1, 1, 1]);
    expect(new Set(await notices())).toEqual(new Set(['Draft ready', 'Sent']));
    expect(await slotStatus()).toEqual(['sent']);
  });

  it('does nothing more at another tick, however many processes tick', async () => {
    await installedPipeline();
    for (const instant of [composeTime, slotTime]) {
      await Promise.all([1, 2, 3].map(() => tick(at(pipeline, instant))));
      await Promise.all([1, 2].map(() => tickAndRunJobs(pipeline, instant)));
      await tickAndRunJobs(pipeline, instant);
    }
    expect([...countByAddress(await readOutbox(join(pipeline.outbox, week))).values()]).toEqual([1, 1, 1]);
    expect((await notices()).toSorted()).toEqual(['Draft ready', 'Sent']);
  });

  it('catches up once on a slot after three hours of downtime', async () => {
    await installedPipeline();
    await tickAndRunJobs(pipeline, '2026-11-24T12:00:00Z');
    await tickAndRunJobs(pipeline, '2026-11-24T13:00:00Z');
    expect(await statusOf(week)).toBe('sent');
    await tickAndRunJobs(pipeline, '2026-11-24T13:01:00Z');
    expect(await slotStatus()).toEqual(['sent']);
    expect([...countByAddress(await readOutbox(join(pipeline.outbox, week))).values()]).toEqual([1, 1, 1]);
  });

  it('gives up on a slot after thirty hours of downtime and mails the editors', async () => {
    await installedPipeline();
    await tickAndRunJobs(pipeline, '2026-11-25T15:00:00Z');
    expect(await statusOf(week)).toBe('missed');
    expect(await slotStatus()).toEqual(['missed']);
    expect(await notices()).toEqual(['Missed']);
    await tickAndRunJobs(pipeline, '2026-11-25T15:01:00Z');
    expect(await notices()).toEqual(['Missed']);
  });

  it('does not catch up on slots before the installation', async () => {
    pipeline = await testPipeline();
    await importContent();
    await tickAndRunJobs(pipeline, '2026-11-24T10:00:00Z');
    expect(await slotStatus()).toEqual([]);
    expect(await statusOf(week)).toBe('none');
  });

  it('sends at a slot whose compose time was before the installation', async () => {
    pipeline = await testPipeline();
    await importContent();
    await tick(at(pipeline, '2026-11-24T08:00:00Z'));
    await tickAndRunJobs(pipeline, slotTime);
    expect(await statusOf(week)).toBe('sent');
  });

  it('skips a week without anything new, mails no reader and mails the editors', async () => {
    await installedPipeline();
    await pipeline.db.execute(sql`delete from comparisons`);
    await tickAndRunJobs(pipeline, composeTime);
    await tickAndRunJobs(pipeline, slotTime);
    expect(await slotStatus()).toEqual(['skipped']);
    expect((await notices()).toSorted()).toEqual(['Skipped', 'Too few comparisons']);
    expect(await statusOf(week)).toBe('skipped');
  });

  it('waits for a person under APPROVAL=required, reminds once a day, and sends once approved', async () => {
    await installedPipeline({ approval: 'required' });
    await tickAndRunJobs(pipeline, composeTime);
    await tickAndRunJobs(pipeline, slotTime);
    await tickAndRunJobs(pipeline, '2026-11-24T09:01:00Z');
    expect(await slotStatus()).toEqual(['waiting']);
    expect((await notices()).toSorted()).toEqual(['Draft ready', 'Waits for approval']);
    await tickAndRunJobs(pipeline, '2026-11-25T09:01:00Z');
    expect((await notices()).filter((notice) => notice === 'Waits for approval')).toHaveLength(2);
    await approveIssue(at(pipeline, '2026-11-25T10:00:00Z'), week, { by: 'Ada' });
    await tickAndRunJobs(pipeline, '2026-11-25T10:01:00Z');
    expect(await statusOf(week)).toBe('sent');
    expect(await slotStatus()).toEqual(['sent']);
  });

  it('does not send a held issue at the slot, and mails the editors why', async () => {
    await installedPipeline();
    await tickAndRunJobs(pipeline, composeTime);
    await holdIssue(pipeline, week, { by: 'Ada', reason: 'the lead has a wrong price' });
    await tickAndRunJobs(pipeline, slotTime);
    expect(await statusOf(week)).toBe('held');
    const mails = await readOutbox(join(pipeline.outbox, 'editors'));
    expect(mails.find((mail) => mail.subject?.startsWith('Waits'))?.text).toContain(
      'the lead has a wrong price',
    );
  });

  it('does not send what the check blocks, and mails the editors what to do', async () => {
    await installedPipeline();
    await pipeline.db.execute(sql`update subscribers set status = 'unsubscribed'`);
    await tickAndRunJobs(pipeline, composeTime);
    await tickAndRunJobs(pipeline, slotTime);
    expect(await statusOf(week)).toBe('draft');
    expect(await slotStatus()).toEqual(['waiting']);
    const mails = await readOutbox(join(pipeline.outbox, 'editors'));
    const textOf = (label: string) => mails.find((mail) => mail.subject?.startsWith(label))?.text;
    expect(textOf('Draft ready')).toContain('Goes out: once its errors are fixed');
    expect(textOf('Waits')).toContain(`approve --week ${week} --by NAME`);
  });

  it('leaves a week alone whose issue was sent by hand', async () => {
    await installedPipeline();
    await tickAndRunJobs(pipeline, composeTime);
    await approveIssue(at(pipeline, composeTime), week, { by: 'Ada' });
    await tickAndRunJobs(pipeline, slotTime);
    await tickAndRunJobs(pipeline, '2026-11-24T09:05:00Z');
    expect([...countByAddress(await readOutbox(join(pipeline.outbox, week))).values()]).toEqual([1, 1, 1]);
  });

  it('takes comparisons published up to the compose time; later ones roll over to the next week', async () => {
    await installedPipeline();
    await pipeline.db.execute(
      sql`update comparisons set published_at = '2026-11-23T20:00:00Z' where id = (select min(id) from comparisons)`,
    );
    await tickAndRunJobs(pipeline, composeTime);
    await tickAndRunJobs(pipeline, slotTime);
    await tickAndRunJobs(pipeline, '2026-11-30T09:00:00Z');
    await tickAndRunJobs(pipeline, '2026-12-01T09:00:00Z');
    const { rows } = await pipeline.db.execute(sql`
      select i.week, count(*)::int as n from issue_comparisons ic join issues i on i.id = ic.issue_id group by 1 order by 1`);
    expect(rows).toEqual([
      { week: '2026-W48', n: 1 },
      { week: '2026-W49', n: 1 },
    ]);
  });
});
