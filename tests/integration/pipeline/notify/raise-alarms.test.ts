import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { afterEach, expect, it } from 'vitest';
import { tellEditorsJob } from '../../../../jobs/tell-editors.ts';
import { describeAlarm } from '../../../../src/domain/sending/alarm.ts';
import { raiseAlarms, readAlarms } from '../../../../src/pipeline/notify/raise-alarms.ts';
import { deliverIssue } from '../../../../src/pipeline/send/deliver-issue.ts';
import {
  holdIssue,
  pauseIssue,
  resumeIssue,
} from '../../../../src/pipeline/send/hold-pause-resume-cancel.ts';
import { readOutbox } from '../../../support/mail/read-outbox.ts';
import { approvedIssue, frozenIssue } from '../../../support/pipeline/frozen-issue.ts';
import { at, must, type TestPipeline, testPipeline, week } from '../../../support/pipeline/test-pipeline.ts';

let pipeline: TestPipeline;
afterEach(() => pipeline.close());

const slot = '2026-11-24T09:00:00Z';
const inTime = '2026-11-24T10:00:00Z';
const late = '2026-11-24T10:01:00Z';

/** An issue of three readers that is being sent since its slot. */
async function sendingIssue(): Promise<void> {
  pipeline = await testPipeline({ settings: { editorEmails: ['editor@desk.example'] } });
  await frozenIssue(3, undefined, pipeline);
  await insertSlot('sent');
}

const insertSlot = (status: string) =>
  pipeline.db.execute(sql`insert into slots (slot, week, status) values (${slot}, ${week}, ${status})`);

const kinds = async (now: string) => (await readAlarms(at(pipeline, now))).map((alarm) => alarm.kind);

/** The subjects of the editors' mails so far; empty when no new one was mailed. */
async function mailedSubjects(): Promise<string[]> {
  const count = await pipeline.queue.drain('tell-editors', tellEditorsJob(pipeline));
  if (count === 0) return [];
  return (await readOutbox(join(pipeline.outbox, 'editors'))).map((mail) => mail.subject ?? '');
}

it('an issue unfinished an hour after its slot is reported to the editors once', async () => {
  await sendingIssue();
  expect(await kinds(inTime)).toEqual([]);
  await Promise.all([1, 2].map(() => raiseAlarms(at(pipeline, late))));
  await raiseAlarms(at(pipeline, '2026-11-24T10:02:00Z'));
  expect(await mailedSubjects()).toEqual([expect.stringMatching(/^Late/)]);
  await raiseAlarms(at(pipeline, '2026-11-24T12:00:00Z'));
  expect(await mailedSubjects()).toEqual([]);
  const [alarm] = await readAlarms(at(pipeline, late));
  expect(alarm && describeAlarm(alarm)).toBe(
    `The slot of 2026-11-24T09:00:00.000Z has passed and issue ${week} is not finished: sending.`,
  );
});

it('a finished issue raises no alarm', async () => {
  await sendingIssue();
  await deliverIssue(pipeline, week);
  expect(await kinds(late)).toEqual([]);
});

it('a slot that waits for approval is an alarm, but sends no notice: the editors were reminded already', async () => {
  pipeline = await testPipeline({ settings: { editorEmails: ['editor@desk.example'] } });
  await approvedIssue(1, undefined, pipeline);
  await pipeline.db.execute(sql`update issues set status = 'draft'`);
  await insertSlot('waiting');
  expect(await kinds(late)).toEqual(['slot-overdue']);
  await raiseAlarms(at(pipeline, late));
  expect(await mailedSubjects()).toEqual([]);
});

it('a held draft that waits is an alarm, but the editors were reminded already', async () => {
  pipeline = await testPipeline({ settings: { editorEmails: ['editor@desk.example'] } });
  await approvedIssue(1, undefined, pipeline);
  must(await holdIssue(pipeline, week, { by: 'Ada', reason: 'wrong price' }));
  await insertSlot('waiting');
  expect(await kinds(late)).toEqual(['slot-overdue']);
  await raiseAlarms(at(pipeline, late));
  expect(await mailedSubjects()).toEqual([]);
});

it('a send without progress for ten minutes is reported once, with the last answer', async () => {
  await sendingIssue();
  const stallFor = (minutes: number) =>
    pipeline.db.execute(sql`
    update issues set sending_since = clock_timestamp() - ${minutes} * interval '1 minute'`);
  await stallFor(9);
  expect(await kinds(slot)).toEqual([]);
  await stallFor(11);
  await pipeline.db.execute(sql`update batches set last_error = 'Resend may have accepted it: 503.'`);
  expect(await readAlarms(at(pipeline, slot))).toMatchObject([
    { kind: 'sending-stalled', openBatches: 1, lastError: expect.stringContaining('503') },
  ]);
  await raiseAlarms(at(pipeline, slot));
  await raiseAlarms(at(pipeline, slot));
  expect(await mailedSubjects()).toEqual([expect.stringMatching(/^Stalled/)]);

  // A pause starts the ten minutes over, and the next alarm is a new one.
  await pauseIssue(pipeline, week, { by: 'Ada' });
  expect(await kinds(slot)).toEqual([]);
  await resumeIssue(pipeline, week, { by: 'Ada' });
  expect(await kinds(slot)).toEqual([]);
  await stallFor(12);
  await raiseAlarms(at(pipeline, slot));
  expect(await mailedSubjects()).toHaveLength(2);
});

it('a batch settled within ten minutes counts as progress', async () => {
  await sendingIssue();
  await pipeline.db.execute(sql`update issues set sending_since = clock_timestamp() - interval '1 hour'`);
  await pipeline.db.execute(sql`
    insert into batches (issue_id, no, count, status, submitted_at)
    select id, 99, 0, 'submitted', clock_timestamp() - interval '9 minutes' from issues`);
  expect(await kinds(slot)).toEqual([]);
});

it('a silent schedule is an alarm', async () => {
  pipeline = await testPipeline({ settings: { editorEmails: ['editor@desk.example'] } });
  expect(await kinds(slot)).toEqual([]);
  await pipeline.db.execute(sql`insert into ticks (schedule, last_tick) values ('weekly', ${slot})`);
  expect(await kinds('2026-11-24T09:05:00Z')).toEqual([]);
  expect(await kinds('2026-11-24T09:05:01Z')).toEqual(['schedule-silent']);
});
