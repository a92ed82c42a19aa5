import { sql } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { findIssue } from '../../../../src/db/queries/issue/issues.ts';
import { approveIssue } from '../../../../src/pipeline/compose/approve-issue.ts';
import { composeIssue } from '../../../../src/pipeline/compose/compose-issue.ts';
import { editIssue } from '../../../../src/pipeline/compose/edit-issue.ts';
import { composeForSlot, runSlot } from '../../../../src/pipeline/schedule/run-slot.ts';
import { tick } from '../../../../src/pipeline/schedule/tick.ts';
import { freezeIssue } from '../../../../src/pipeline/send/freeze-issue.ts';
import { holdIssue } from '../../../../src/pipeline/send/hold-pause-resume-cancel.ts';
import { storedIssue } from '../../../support/pipeline/compose.ts';
import { scheduledPipeline } from '../../../support/pipeline/scheduled-pipeline.ts';
import { must } from '../../../support/pipeline/test-pipeline.ts';

const desk = scheduledPipeline();
const week = '2026-W48';
const composeTime = '2026-11-23T09:00:00Z';
const slotTime = '2026-11-24T09:00:00Z';
const nextCompose = '2026-11-30T09:00:00Z';

it('a slot still without an issue 24 hours after its time is missed, and the editors are told once', async () => {
  await desk.install();
  await desk.run('2026-11-25T09:00:00Z', '2026-11-25T09:01:00Z');
  expect(await desk.slots()).toEqual(['2026-11-24T09:00Z 2026-W48 missed']);
  expect(await desk.status(week)).toBe('missed');
  expect(await desk.notices()).toEqual(['Missed']);
});

it('a slot is served until 24 hours after its time', async () => {
  await desk.install({ editorEmails: [] });
  await desk.run('2026-11-25T08:59:00Z');
  expect(await desk.sent(week)).toBe(3);
});

it('a job that found no worker for a day composes nothing for its slot, which is then missed', async () => {
  await desk.install({ editorEmails: [] });
  const late = desk.at('2026-11-25T09:00:00Z');
  const slot = new Date(slotTime);
  await tick(desk.at(composeTime));
  await composeForSlot(late, slot);
  await tick(desk.at(slotTime));
  await runSlot(late, slot);
  expect(await desk.slots()).toEqual(['2026-11-24T09:00Z 2026-W48 planned']);
  expect(await findIssue(desk.pipeline.db, week)).toBeNull();
  await desk.run('2026-11-25T09:01:00Z');
  expect(await desk.slots()).toEqual(['2026-11-24T09:00Z 2026-W48 missed']);
  expect(await desk.sent(week)).toBe(0);
});

it('a downtime of nine weeks is told in one mail', async () => {
  await desk.install();
  await desk.run('2027-01-23T10:00:00Z', '2027-01-23T10:01:00Z');
  expect(await desk.slots()).toHaveLength(9);
  const mails = await desk.mails('Missed');
  expect(mails).toHaveLength(1);
  expect(mails[0]).toMatch(/2026-W48.*2027-W03/s);
  expect(await desk.notices()).toEqual(['Missed']);
});

it('a draft that waits for approval is missed when the next slot is due to be composed, which takes its comparisons', async () => {
  await desk.install({ approval: 'required' });
  await desk.run(composeTime, slotTime, '2026-11-30T08:59:00Z');
  expect(await desk.status(week)).toBe('draft');
  await desk.run(nextCompose);
  expect(await desk.status(week)).toBe('missed');
  expect(await desk.slots()).toContain('2026-11-24T09:00Z 2026-W48 missed');
  expect(await desk.status('2026-W49')).toBe('draft');
  expect(await desk.slugs('2026-W49')).toEqual(['first', 'second']);
  const [mail, ...others] = await desk.mails('Missed');
  expect(others).toEqual([]);
  expect(mail).toMatch(/first One vs first Two.*second One vs second Two/s);
});

it('a held draft is missed in the same way', async () => {
  await desk.install();
  await desk.run(composeTime);
  must(await holdIssue(desk.at(composeTime), week, { by: 'Ada', reason: 'wrong price' }));
  await desk.run(slotTime, nextCompose);
  expect(await desk.status(week)).toBe('missed');
  expect(await desk.slugs('2026-W49')).toEqual(['first', 'second']);
});

it('where the next slot is composed earlier, a draft is missed only 24 hours after its own slot', async () => {
  await desk.install({ approval: 'required', reviewHours: 168 });
  await desk.run(slotTime, '2026-11-25T08:59:00Z');
  expect(await desk.status(week)).toBe('draft');
  await desk.run('2026-11-25T09:00:00Z');
  expect(await desk.status(week)).toBe('missed');
});

it('the edits of a missed issue are kept, and composing its week opens it again', async () => {
  await desk.install({ approval: 'required' });
  await desk.run(composeTime);
  must(await editIssue(desk.at(composeTime), week, { subject: 'My own words' }, 'Ada'));
  await desk.run(slotTime, nextCompose);
  await desk.publish('third', '2026-11-30T10:00:00Z');
  must(await composeIssue(desk.at('2026-11-30T11:00:00Z'), week, { by: 'Ada' }));
  expect(await storedIssue(desk.pipeline.db, week)).toMatchObject({
    status: 'draft',
    subject: 'My own words',
  });
  expect(await desk.slugs(week)).toEqual(['third']);
  await desk.run('2026-11-30T11:01:00Z');
  expect(await desk.status(week)).toBe('draft');
});

it('the number of a missed issue is free for the next draft', async () => {
  await desk.install({ approval: 'required' });
  await desk.run(composeTime, slotTime, nextCompose);
  expect((await storedIssue(desk.pipeline.db, week)).number).toBe(1);
  expect((await storedIssue(desk.pipeline.db, '2026-W49')).number).toBe(1);
});

it('an unfrozen issue that has no slot to come closes in the same way, counted from when it was composed', async () => {
  await desk.install({}, '2026-11-24T10:00:00Z');
  must(await composeIssue(desk.at('2026-11-24T11:00:00Z'), week, { by: 'Ada' }));
  await desk.run('2026-11-30T08:59:00Z');
  expect(await desk.status(week)).toBe('draft');
  await desk.run(nextCompose);
  expect(await desk.status(week)).toBe('missed');
  expect(await desk.slugs('2026-W49')).toEqual(['first', 'second']);
  expect((await desk.mails('Missed'))[0]).toContain('no slot to come');
});

it('what is frozen is never missed', async () => {
  await desk.install();
  await desk.run(composeTime);
  must(await approveIssue(desk.at(composeTime), week, { by: 'Ada' }));
  must(await freezeIssue(desk.at(slotTime), week, 'Ada'));
  must(await holdIssue(desk.at(slotTime), week, { by: 'Ada', reason: 'wrong price' }));
  await desk.run(slotTime, '2026-11-25T10:00:00Z', nextCompose, '2026-12-09T10:00:00Z');
  expect(await desk.status(week)).toBe('held');
  expect(await desk.slots()).toContain('2026-11-24T09:00Z 2026-W48 sent');
  expect(await desk.mails('Missed')).not.toContainEqual(expect.stringContaining(week));
  expect(await desk.mails('Late')).toContainEqual(expect.stringContaining(week));
});

it('who missed what is in the log', async () => {
  await desk.install({ approval: 'required' });
  await desk.run(composeTime, slotTime, nextCompose);
  const { rows } = await desk.pipeline.db.execute(sql`
    select who, reason from issue_log where week = ${week} and what = 'missed'`);
  expect(rows).toEqual([{ who: 'schedule', reason: 'still draft when its time was over' }]);
});
