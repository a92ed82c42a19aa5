import { expect, it } from 'vitest';
import { approveIssue } from '../../../../src/pipeline/compose/approve-issue.ts';
import { composeIssue } from '../../../../src/pipeline/compose/compose-issue.ts';
import { editIssue } from '../../../../src/pipeline/compose/edit-issue.ts';
import { runWeek } from '../../../../src/pipeline/schedule/run-week.ts';
import { sendIssue } from '../../../../src/pipeline/send/send-issue.ts';
import { storedIssue } from '../../../support/pipeline/compose.ts';
import { scheduledPipeline } from '../../../support/pipeline/scheduled-pipeline.ts';
import { must } from '../../../support/pipeline/test-pipeline.ts';

const desk = scheduledPipeline();
const week = '2026-W48';

it('a first start three hours before a slot composes at the next tick, tells the editors, and sends at the slot', async () => {
  await desk.install({}, '2026-11-24T06:00:00Z');
  await desk.run('2026-11-24T06:01:00Z');
  expect(await desk.status(week)).toBe('draft');
  expect(await desk.notices()).toEqual(['Draft ready']);
  await desk.run('2026-11-24T08:59:00Z');
  expect(await desk.sent(week)).toBe(0);
  await desk.run('2026-11-24T09:00:00Z');
  expect(await desk.sent(week)).toBe(3);
});

it('a longer REVIEW_HOURS composes at the next tick a slot that it now reaches', async () => {
  await desk.install();
  await desk.run('2026-11-22T09:00:00Z');
  expect(await desk.status(week)).toBe('none');
  desk.set({ reviewHours: 72 });
  await desk.run('2026-11-22T09:01:00Z');
  expect(await desk.status(week)).toBe('draft');
  expect(await desk.notices()).toEqual(['Draft ready']);
});

it('a slot moved nearer than the review time is composed at the next tick', async () => {
  await desk.install();
  await desk.run('2026-11-22T09:00:00Z');
  desk.set({ schedule: { cron: '0 18 * * 0', timeZone: 'UTC' } });
  await desk.run('2026-11-22T09:01:00Z');
  expect(await desk.status('2026-W47')).toBe('draft');
  await desk.run('2026-11-22T17:59:00Z');
  expect(await desk.sent('2026-W47')).toBe(0);
  await desk.run('2026-11-22T18:00:00Z');
  expect(await desk.sent('2026-W47')).toBe(3);
});

it('what is composed after its slot, since everything was down, leaves MIN_REVIEW_MINUTES later', async () => {
  await desk.install({ minReviewMinutes: 45 });
  await desk.run('2026-11-24T12:00:00Z', '2026-11-24T12:01:00Z', '2026-11-24T12:44:00Z');
  expect(await desk.status(week)).toBe('draft');
  expect(await desk.notices()).toContain('Draft ready');
  expect(await desk.sent(week)).toBe(0);
  await desk.run('2026-11-24T12:45:00Z');
  expect(await desk.sent(week)).toBe(3);
});

it('MIN_REVIEW_MINUTES is never more than REVIEW_HOURS', async () => {
  await desk.install({ minReviewMinutes: 600, reviewHours: 1 });
  await desk.run('2026-11-24T08:00:00Z', '2026-11-24T09:00:00Z');
  expect(await desk.sent(week)).toBe(3);
});

it('the minutes start anew when a draft is composed anew before its slot', async () => {
  await desk.install();
  await desk.run('2026-11-23T09:00:00Z');
  must(await composeIssue(desk.at('2026-11-24T08:30:00Z'), week, { by: 'Ada' }));
  await desk.run('2026-11-24T09:00:00Z', '2026-11-24T09:29:00Z');
  expect(await desk.sent(week)).toBe(0);
  await desk.run('2026-11-24T09:30:00Z');
  expect(await desk.sent(week)).toBe(3);
});

it('after the slot the minutes start anew at most once', async () => {
  await desk.install();
  await desk.run('2026-11-24T12:00:00Z');
  must(await editIssue(desk.at('2026-11-24T12:40:00Z'), week, { intro: 'One.' }, 'Ada'));
  must(await editIssue(desk.at('2026-11-24T13:30:00Z'), week, { intro: 'Two.' }, 'Ada'));
  await desk.run('2026-11-24T13:39:00Z');
  expect(await desk.sent(week)).toBe(0);
  await desk.run('2026-11-24T13:40:00Z');
  expect(await desk.sent(week)).toBe(3);
});

it('without EDITOR_EMAILS nothing waits for anybody to look at it', async () => {
  await desk.install({ editorEmails: [] });
  await desk.run('2026-11-24T12:00:00Z', '2026-11-24T12:01:00Z');
  expect(await desk.sent(week)).toBe(3);
});

it("a person's send need not wait for the minutes of review", async () => {
  await desk.install();
  await desk.run('2026-11-24T12:00:00Z');
  must(await approveIssue(desk.at('2026-11-24T12:01:00Z'), week, { by: 'Ada' }));
  must(await sendIssue(desk.at('2026-11-24T12:01:00Z'), week, 'Ada'));
  expect(await desk.sent(week)).toBe(3);
});

it("a person's weekly need not wait for the minutes of review", async () => {
  await desk.install();
  must(await runWeek(desk.at('2026-11-24T12:00:00Z'), week, 'Ada'));
  expect(await desk.sent(week)).toBe(3);
});

it('the cutoff is the moment of composing, and later comparisons go with the next issue', async () => {
  await desk.install({}, '2026-11-24T06:00:00Z');
  await desk.publish('just-in-time', '2026-11-24T06:00:30Z');
  await desk.publish('too-late', '2026-11-24T07:00:00Z');
  await desk.run('2026-11-24T06:01:00Z');
  expect((await storedIssue(desk.pipeline.db, week)).cutoff).toEqual(new Date('2026-11-24T06:01:00Z'));
  await desk.run('2026-11-24T09:00:00Z', '2026-11-30T09:00:00Z');
  expect(await desk.slugs(week)).toContain('just-in-time');
  expect(await desk.slugs('2026-W49')).toEqual(['too-late']);
});
