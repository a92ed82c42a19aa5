import { sql } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { approveIssue } from '../../../../src/pipeline/compose/approve-issue.ts';
import { composeIssue } from '../../../../src/pipeline/compose/compose-issue.ts';
import { editIssue } from '../../../../src/pipeline/compose/edit-issue.ts';
import { planSlots } from '../../../../src/pipeline/schedule/plan-slots.ts';
import { runSlot } from '../../../../src/pipeline/schedule/run-slot.ts';
import { holdIssue } from '../../../../src/pipeline/send/hold-pause-resume-cancel.ts';
import { sendIssue } from '../../../../src/pipeline/send/send-issue.ts';
import { storedIssue } from '../../../support/pipeline/compose.ts';
import { scheduledPipeline, thursdays, tuesdays } from '../../../support/pipeline/scheduled-pipeline.ts';
import { must } from '../../../support/pipeline/test-pipeline.ts';

const desk = scheduledPipeline();
const week = '2026-W48';
const composeTime = '2026-11-23T09:00:00Z';
const slotTime = '2026-11-24T09:00:00Z';
/** The first of December is the Tuesday of the week after. */
const nextWeek = { cron: '0 9 1 12 *', timeZone: 'UTC' };

async function plannedSlots(instant: string): Promise<readonly string[]> {
  return (await planSlots(desk.at(instant), 1)).map(({ slot, week }) => `${slot} ${week}`);
}

it('a fresh install catches up nothing from before it', async () => {
  await desk.install({}, '2026-11-24T10:00:00Z');
  await desk.run('2026-11-24T10:01:00Z', '2026-11-26T10:00:00Z');
  expect(await desk.slots()).toEqual([]);
  expect(await desk.notices()).toEqual([]);
});

it('a schedule changed on Wednesday to Tuesdays begins next Tuesday', async () => {
  await desk.install({ schedule: thursdays });
  desk.set({ schedule: tuesdays });
  await desk.run('2026-11-25T08:00:00Z', '2026-11-26T09:00:00Z');
  expect(await desk.slots()).toEqual([]);
  expect(await desk.notices()).toEqual([]);
  await desk.run('2026-11-30T09:00:00Z');
  expect(await desk.slots()).toEqual(['2026-12-01T09:00Z 2026-W49 planned']);
});

it('another time zone is a beginning, too', async () => {
  await desk.install();
  desk.set({ schedule: { ...tuesdays, timeZone: 'Asia/Tokyo' } });
  await desk.run('2026-11-24T08:00:00Z', '2026-11-25T12:00:00Z');
  expect(await desk.slots()).toEqual([]);
});

it('a slot moved within its week leaves the draft as it is, and nothing leaves at the old time', async () => {
  await desk.install();
  await desk.run(composeTime);
  const draft = await storedIssue(desk.pipeline.db, week);
  desk.set({ schedule: thursdays });
  expect(await plannedSlots('2026-11-23T12:00:00Z')).toEqual(['2026-11-26T09:00:00.000Z 2026-W48']);
  await desk.run('2026-11-23T12:00:00Z', slotTime);
  expect(await desk.sent(week)).toBe(0);
  expect(await desk.slots()).toEqual([
    '2026-11-24T09:00Z 2026-W48 dropped',
    '2026-11-26T09:00Z 2026-W48 planned',
  ]);
  expect(await storedIssue(desk.pipeline.db, week)).toEqual(draft);
  const [moved, ...others] = await desk.mails('Moved');
  expect(others).toEqual([]);
  expect(moved).toContain('2026-11-24T09:00:00.000Z');
  expect(moved).toContain('2026-11-26T09:00:00.000Z');
  await desk.run('2026-11-26T09:00:00Z');
  expect(await desk.sent(week)).toBe(3);
});

it('an approval stands when the slot moves within its week', async () => {
  await desk.install();
  await desk.run(composeTime);
  must(await approveIssue(desk.at(composeTime), week, { by: 'Ada' }));
  desk.set({ schedule: thursdays });
  await desk.run(slotTime);
  expect(await desk.status(week)).toBe('approved');
});

it('a slot moved to another week has its draft composed anew there with its edits, its approval void, which is said', async () => {
  await desk.install({ approval: 'required' });
  await desk.run(composeTime);
  must(await editIssue(desk.at(composeTime), week, { subject: 'My own words' }, 'Ada'));
  must(await approveIssue(desk.at(composeTime), week, { by: 'Ada' }));
  desk.set({ schedule: nextWeek });
  expect(await plannedSlots(slotTime)).toEqual(['2026-12-01T09:00:00.000Z 2026-W49']);
  await desk.run(slotTime);
  expect(await desk.status(week)).toBe('dropped');
  const moved = await storedIssue(desk.pipeline.db, '2026-W49');
  expect(moved).toMatchObject({ status: 'draft', subject: 'My own words', approvedBy: null, number: 1 });
  expect(await desk.slugs('2026-W49')).toHaveLength(2);
  const [mail, ...others] = await desk.mails('Moved');
  expect(others).toEqual([]);
  expect(mail).toMatch(/2026-12-01T09:00:00.000Z.*2026-11-24T09:00:00.000Z.*2026-W49.*approval is void/s);
  must(await approveIssue(desk.at('2026-11-30T09:00:00Z'), '2026-W49', { by: 'Ada' }));
  await desk.run('2026-12-01T09:00:00Z');
  expect(await desk.sent('2026-W49')).toBe(3);
});

it('a moved draft moves again when the schedule changes again', async () => {
  await desk.install();
  await desk.run(composeTime);
  desk.set({ schedule: nextWeek });
  await desk.run(slotTime);
  desk.set({ schedule: { cron: '0 9 10 12 *', timeZone: 'UTC' } });
  await desk.run('2026-11-24T10:00:00Z');
  expect(await desk.status('2026-W49')).toBe('dropped');
  expect(await desk.status('2026-W50')).toBe('draft');
});

it('a hold stays a hold when its draft moves to another week', async () => {
  await desk.install();
  await desk.run(composeTime);
  must(await holdIssue(desk.at(composeTime), week, { by: 'Ada', reason: 'wrong price' }));
  desk.set({ schedule: nextWeek });
  await desk.run(slotTime, '2026-12-01T09:00:00Z');
  const moved = await storedIssue(desk.pipeline.db, '2026-W49');
  expect(moved).toMatchObject({
    status: 'held',
    heldKind: 'editor',
    heldReason: expect.stringContaining('wrong price'),
  });
  expect(await desk.sent('2026-W49')).toBe(0);
});

it('where the other week has an issue already, the comparisons of the draft that lost its slot are free', async () => {
  await desk.install();
  await desk.run(composeTime);
  await desk.publish('third', '2026-11-23T10:00:00Z');
  must(await composeIssue(desk.at('2026-11-23T11:00:00Z'), '2026-W49', { by: 'Ada' }));
  desk.set({ schedule: nextWeek });
  await desk.run(slotTime);
  expect(await desk.status(week)).toBe('missed');
  expect(await desk.slugs(week)).toEqual([]);
  expect(await desk.slugs('2026-W49')).toEqual(['third']);
  expect((await desk.mails('Missed'))[0]).toContain('first One vs first Two');
});

it('a waiting slot that the schedule no longer names is dropped, and its draft goes with the next', async () => {
  await desk.install({ approval: 'required' });
  await desk.run(composeTime, slotTime);
  desk.set({ schedule: thursdays });
  await desk.run('2026-11-24T10:00:00Z');
  expect(await desk.slots()).toEqual([
    '2026-11-24T09:00Z 2026-W48 dropped',
    '2026-11-26T09:00Z 2026-W48 planned',
  ]);
  desk.set({ schedule: { cron: '0 9 * * 1', timeZone: 'UTC' } });
  await desk.run('2026-11-24T11:00:00Z');
  expect(await desk.status(week)).toBe('dropped');
  expect(await desk.status('2026-W49')).toBe('draft');
});

it('a job for a slot that was dropped meanwhile sends nothing', async () => {
  await desk.install();
  await desk.run(composeTime);
  desk.set({ schedule: thursdays });
  await runSlot(desk.at(slotTime), new Date(slotTime));
  expect(await desk.status(week)).toBe('draft');
});

it('another time zone moves the slot to its hour there', async () => {
  await desk.install();
  await desk.run(composeTime);
  desk.set({ schedule: { ...tuesdays, timeZone: 'America/Los_Angeles' } });
  await desk.run(slotTime);
  expect(await desk.sent(week)).toBe(0);
  expect(await plannedSlots('2026-11-24T09:01:00Z')).toEqual(['2026-11-24T17:00:00.000Z 2026-W48']);
  await desk.run('2026-11-24T17:00:00Z');
  expect(await desk.sent(week)).toBe(3);
});

it('what is frozen never moves', async () => {
  await desk.install();
  await desk.run(composeTime);
  must(await approveIssue(desk.at(composeTime), week, { by: 'Ada' }));
  must(await sendIssue(desk.at(composeTime), week, 'Ada'));
  desk.set({ schedule: nextWeek });
  await desk.run(slotTime);
  expect(await desk.status(week)).toBe('sent');
  expect(await desk.slots()).toEqual(['2026-11-24T09:00Z 2026-W48 sent']);
  expect(await desk.notices()).not.toContain('Moved');
});

it('a draft that a person composes for a week that lost its slot stays until its time is over', async () => {
  await desk.install();
  await desk.run(composeTime);
  desk.set({ schedule: nextWeek });
  await desk.run(slotTime);
  await desk.publish('third', '2026-11-24T09:30:00Z');
  must(await composeIssue(desk.at('2026-11-24T10:00:00Z'), week, { by: 'Ada' }));
  await desk.run('2026-11-24T10:01:00Z', '2026-11-30T08:59:00Z');
  expect(await desk.status(week)).toBe('draft');
  await desk.run('2026-11-30T09:00:00Z');
  expect(await desk.status(week)).toBe('missed');
});

it('each slot that is dropped and each draft that moves is in the log', async () => {
  await desk.install();
  await desk.run(composeTime);
  desk.set({ schedule: nextWeek });
  await desk.run(slotTime);
  const { rows } = await desk.pipeline.db.execute(sql`select week, who, what from issue_log order by id`);
  expect(rows).toEqual([
    { week, who: 'schedule', what: 'composed' },
    { week, who: 'schedule', what: 'slot dropped' },
    { week: '2026-W49', who: 'schedule', what: 'moved' },
    { week, who: 'schedule', what: 'moved' },
  ]);
});
