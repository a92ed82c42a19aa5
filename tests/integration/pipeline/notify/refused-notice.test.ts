import { afterEach, beforeEach, expect, test } from 'vitest';
import { tellEditorsJob } from '../../../../jobs/tell-editors.ts';
import { describeAlarm } from '../../../../src/domain/sending/alarm.ts';
import type { BatchOutcome } from '../../../../src/domain/sending/outcome.ts';
import { enqueueNotice } from '../../../../src/pipeline/notify/enqueue-notice.ts';
import { enqueueDueNotices } from '../../../../src/pipeline/notify/mail-notice.ts';
import { raiseAlarms, readAlarms } from '../../../../src/pipeline/notify/raise-alarms.ts';
import type { Notice } from '../../../../src/queue/jobs.ts';
import {
  accepted,
  type Posted,
  type ScriptedMailer,
  scriptedMailer,
} from '../../../support/mail/scripted-mailer.ts';
import {
  at,
  type TestPipeline,
  testPipeline,
  tuesday,
  week,
} from '../../../support/pipeline/test-pipeline.ts';

const hourMs = 3_600_000;
const [ada, bob] = ['ada@desk.dev', 'bob@closed.example'];

let pipeline: TestPipeline;
let mailer: ScriptedMailer;
let answerToBob: (post: Posted) => BatchOutcome;

beforeEach(async () => {
  mailer = scriptedMailer((post) => (post.to.includes(bob) ? answerToBob(post) : undefined));
  pipeline = { ...(await testPipeline({ settings: { editorEmails: [ada, bob] } })), mailer };
});

afterEach(() => pipeline.close());

const after = (ms: number) => at(pipeline, new Date(tuesday.getTime() + ms));
const mailsTo = (address: string) => mailer.posted.filter(({ to }) => to.includes(address)).length;

async function notify(notice: Notice, ms = 0): Promise<void> {
  const ctx = after(ms);
  await ctx.db.transaction((tx) => enqueueNotice(ctx, tx, notice));
  await runJobs(ms);
}

async function runJobs(ms: number): Promise<void> {
  const ctx = after(ms);
  await enqueueDueNotices(ctx);
  await ctx.queue.drain('tell-editors', tellEditorsJob(ctx)).catch(() => {});
}

const sent = { kind: 'issue-sent', week } as const;

const refusals: [string, (post: Posted) => BatchOutcome][] = [
  [
    'rejects',
    (post) => ({
      kind: 'submitted',
      ids: post.to.map(() => null),
      rejected: [{ index: 0, reason: 'The domain is not allowed.', aboutRecipient: true }],
    }),
  ],
  ['refuses', () => ({ kind: 'refused', reason: 'The domain is not allowed.', aboutRecipient: true })],
];

test.each(refusals)(
  'an editor whose address the provider %s is an alarm, and the others get their mail once',
  async (_, answer) => {
    answerToBob = answer;
    await notify(sent);
    await runJobs(hourMs);
    await notify(sent, 2 * hourMs);
    expect([mailsTo(ada), mailsTo(bob)]).toEqual([1, 1]);
    const [alarm] = await readAlarms(after(2 * hourMs));
    expect(alarm).toMatchObject({ kind: 'editors-untold', positions: [2], of: 2 });
    const words = alarm && describeAlarm(alarm);
    expect(words).toContain('Of the 2 addresses in EDITOR_EMAILS, no. 2 could not be mailed');
    expect(words).toContain('The domain is not allowed.');
    expect(words).not.toContain('@');
  },
);

test('the other editors are told of it once', async () => {
  answerToBob = () => ({ kind: 'refused', reason: 'no', aboutRecipient: true });
  await notify(sent);
  for (const hour of [1, 2, 3]) {
    await raiseAlarms(after(hour * hourMs));
    await runJobs(hour * hourMs);
  }
  expect(mailsTo(ada)).toBe(2);
});

test('a notice that the provider takes tomorrow is mailed tomorrow, to those who have not got it', async () => {
  answerToBob = () => ({ kind: 'pause-issue', reason: 'The daily quota is used up.', afterMs: 15 * hourMs });
  await notify(sent);
  for (let hour = 1; hour < 15; hour += 1) await runJobs(hour * hourMs);
  expect([mailsTo(ada), mailsTo(bob)]).toEqual([1, 1]);
  expect(await readAlarms(after(2 * hourMs))).toMatchObject([{ kind: 'editors-untold', positions: [2] }]);
  answerToBob = accepted;
  await runJobs(15 * hourMs);
  await runJobs(16 * hourMs);
  expect([mailsTo(ada), mailsTo(bob)]).toEqual([1, 2]);
  expect(await readAlarms(after(16 * hourMs))).toEqual([]);
});

test('the alarm ends when the editor gets a notice, or is no editor any more', async () => {
  answerToBob = () => ({ kind: 'refused', reason: 'no', aboutRecipient: true });
  await notify(sent);
  const { db, clock, settings } = after(hourMs);
  expect(await readAlarms({ db, clock, settings: { ...settings, editorEmails: [ada] } })).toEqual([]);
  answerToBob = accepted;
  await notify({ kind: 'issue-held', week, reason: 'a reason' }, hourMs);
  expect(await readAlarms(after(2 * hourMs))).toEqual([]);
});
