import { sql } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { isClockSteady } from '../../../../src/db/queries/issue/slots.ts';
import { holdIssue } from '../../../../src/pipeline/send/hold-pause-resume-cancel.ts';
import { storedIssue } from '../../../support/pipeline/compose.ts';
import { scheduledPipeline } from '../../../support/pipeline/scheduled-pipeline.ts';
import { must } from '../../../support/pipeline/test-pipeline.ts';

const desk = scheduledPipeline();
const week = '2026-W48';
const composeTime = '2026-11-23T09:00:00Z';
const slotTime = '2026-11-24T09:00:00Z';

it('after a clock two months ahead is right again, missed slots are void, an alarm says so once, and the schedule goes on', async () => {
  await desk.install();
  await desk.run('2026-11-20T12:01:00Z', '2027-01-20T12:00:00Z');
  expect((await desk.slots()).every((line) => line.endsWith('missed'))).toBe(true);
  await desk.run('2026-11-20T12:02:00Z', '2026-11-20T12:03:00Z');
  expect((await desk.slots()).every((line) => line.endsWith('planned'))).toBe(true);
  expect((await desk.notices()).filter((label) => label === 'Clock')).toHaveLength(1);
  await desk.run(composeTime);
  expect(await desk.status(week)).toBe('draft');
  await desk.run(slotTime);
  expect(await desk.sent(week)).toBe(3);
});

it('an issue that was missed while the clock was ahead returns to its state before, with its comparisons', async () => {
  await desk.install();
  await desk.run(composeTime);
  must(await holdIssue(desk.at(composeTime), week, { by: 'Ada', reason: 'wrong price' }));
  await desk.run('2026-12-20T12:00:00Z');
  expect(await desk.status(week)).toBe('missed');
  await desk.run('2026-11-23T12:00:00Z');
  expect(await storedIssue(desk.pipeline.db, week)).toMatchObject({ status: 'held', heldKind: 'editor' });
  expect(await desk.slugs(week)).toEqual(['first', 'second']);
});

it('so does one whose slot had passed by the right clock and that was still waiting', async () => {
  await desk.install({ approval: 'required' });
  await desk.run(composeTime, slotTime, '2026-12-20T12:00:00Z');
  expect(await desk.status(week)).toBe('missed');
  await desk.run('2026-11-24T10:00:00Z');
  expect(await desk.status(week)).toBe('draft');
  expect(await desk.slots()).toContain('2026-11-24T09:00Z 2026-W48 waiting');
});

it('a draft made too early by such a clock gives its comparisons to the issue that comes first', async () => {
  await desk.install();
  await desk.run('2026-12-14T12:00:00Z');
  expect(await desk.status('2026-W51')).toBe('draft');
  await desk.run('2026-11-20T12:02:00Z', composeTime);
  expect(await desk.status('2026-W51')).not.toBe('draft');
  expect(await desk.slugs(week)).toEqual(['first', 'second']);
});

it('a draft of the coming slot keeps its review time by the right clock', async () => {
  await desk.install({ reviewHours: 48 });
  await desk.run('2026-11-24T08:50:00Z');
  await desk.run('2026-11-22T12:00:00Z', slotTime);
  expect(await desk.sent(week)).toBe(3);
});

it('a week that is skipped at its right time afterwards stays skipped', async () => {
  await desk.install();
  await desk.pipeline.db.execute(sql`delete from comparisons`);
  await desk.run('2026-12-20T12:00:00Z', '2026-11-23T08:00:00Z', slotTime, '2026-11-24T09:01:00Z');
  expect(await desk.slots()).toContain('2026-11-24T09:00Z 2026-W48 skipped');
});

it('a last tick in the future counts as now, and clocks that differ by seconds are no alarm', async () => {
  await desk.install();
  await desk.pipeline.db.execute(sql`delete from comparisons`);
  await desk.run(composeTime, slotTime, '2026-11-24T08:59:30Z');
  expect(await desk.slots()).toEqual(['2026-11-24T09:00Z 2026-W48 skipped']);
  expect(await desk.notices()).not.toContain('Clock');
});

it('for 24 hours after a jump of more than an hour the clock is not steady', async () => {
  await desk.install();
  const steady = (instant: string) => isClockSteady(desk.pipeline.db, new Date(instant));
  for (let day = 20; day <= 21; day += 1) {
    for (let hour = 0; hour < 24; hour += 1) {
      const instant = `2026-11-${day}T${String(hour).padStart(2, '0')}:30:00Z`;
      if (instant > '2026-11-20T12:00:00Z') await desk.run(instant);
    }
  }
  expect(await steady('2026-11-21T12:00:00Z')).toBe(true);
  await desk.run('2026-11-21T20:00:00Z');
  expect(await steady('2026-11-21T21:00:00Z')).toBe(false);
  expect(await steady('2026-11-22T20:00:00Z')).toBe(true);
});
