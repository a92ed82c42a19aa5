import { sql } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { markWaiting } from '../../../../src/db/queries/issue/slots.ts';
import { tickAndRunJobs } from '../../../support/pipeline/run-jobs.ts';
import { scheduledPipeline } from '../../../support/pipeline/scheduled-pipeline.ts';

const desk = scheduledPipeline();
const week = '2026-W48';
const composeTime = '2026-11-23T09:00:00Z';
const slotTime = '2026-11-24T09:00:00Z';
const hourMs = 3_600_000;

const reminders = async () => (await desk.notices()).filter((label) => label.startsWith('Waits')).length;

it('three weeks of waiting drafts bring at most one reminder a day, and none after a slot is closed', async () => {
  await desk.install({ approval: 'required' });
  const start = Date.parse(composeTime);
  for (let hours = 0; hours < 3 * 7 * 24; hours += 12) {
    const publishedAt = new Date(start + (hours - 1) * hourMs).toISOString();
    if (hours % (7 * 24) === 0) await desk.publish(`new-${hours}`, publishedAt);
    await desk.run(new Date(start + hours * hourMs).toISOString());
  }
  // Each slot waits six days: from Tuesday to Monday, when the next issue is composed.
  expect(await reminders()).toBe(3 * 6);
  const { rows } = await desk.pipeline.db.execute(
    sql`select status, count(*)::int as n from issues group by 1 order by 1`,
  );
  expect(rows).toEqual([
    { status: 'draft', n: 1 },
    { status: 'missed', n: 2 },
  ]);
});

it('two slots that wait bring one reminder a day between them', async () => {
  await desk.install();
  const [one, other] = [new Date('2026-11-23T20:00:00Z'), new Date(slotTime)];
  await desk.pipeline.db.execute(sql`
    insert into slots (slot, week, status) values (${one}, '2026-W47', 'planned'), (${other}, ${week}, 'planned')`);
  const waits = (slot: Date, now: Date) => desk.pipeline.db.transaction((tx) => markWaiting(tx, slot, now));
  expect(await waits(one, one)).toBe(true);
  expect(await waits(other, other)).toBe(false);
  expect(await waits(other, new Date('2026-11-24T20:00:00Z'))).toBe(true);
  expect(await waits(one, new Date('2026-11-24T20:00:00Z'))).toBe(false);
});

it('ticks of two processes at a time bring one reminder', async () => {
  await desk.install({ approval: 'required' });
  await desk.run(composeTime);
  await Promise.all([1, 2].map(() => tickAndRunJobs(desk.pipeline, slotTime)));
  await desk.run(slotTime);
  expect(await reminders()).toBe(1);
});

it('a draft that waits because of an error leaves at the first tick after that is fixed', async () => {
  await desk.install();
  await desk.run(composeTime);
  await desk.pipeline.db.execute(sql`update subscribers set status = 'unsubscribed'`);
  await desk.run(slotTime, '2026-11-24T09:01:00Z');
  expect(await reminders()).toBe(1);
  await desk.pipeline.db.execute(sql`update subscribers set status = 'confirmed'`);
  await desk.run('2026-11-24T09:02:00Z');
  expect(await desk.sent(week)).toBe(3);
});

it('too few comparisons are told once, tried again at each tick, and skipped only at the slot', async () => {
  await desk.install({ minComparisons: 3 });
  await desk.run(composeTime, '2026-11-23T09:01:00Z', '2026-11-24T08:59:00Z');
  expect(await desk.status(week)).not.toBe('skipped');
  expect(await desk.notices()).toEqual(['Too few comparisons']);
  await desk.run(slotTime, '2026-11-24T09:01:00Z');
  expect(await desk.slots()).toEqual(['2026-11-24T09:00Z 2026-W48 skipped']);
  expect(await desk.notices()).toEqual(['Skipped', 'Too few comparisons']);
  expect(await desk.sent(week)).toBe(0);
});

it('a comparison published before the slot fills a thin week', async () => {
  await desk.install({ minComparisons: 3 });
  await desk.run(composeTime);
  await desk.publish('third', '2026-11-23T20:00:00Z');
  await desk.run('2026-11-23T20:01:00Z', slotTime);
  expect(await desk.sent(week)).toBe(3);
  expect(await desk.slugs(week)).toEqual(['third', 'first', 'second']);
});
