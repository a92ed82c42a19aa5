import { beforeEach, describe, expect, it } from 'vitest';
import type { App } from '../../../src/app.ts';
import { UsageError } from '../../../src/cli/run.ts';
import {
  comingWeek,
  onlyWeek,
  refuseFarWeek,
  reportedWeek,
  sendingWeek,
  sentWeek,
  toSendWeek,
  type WeekOf,
} from '../../../src/cli/which-issue.ts';
import { approveIssue } from '../../../src/pipeline/compose/approve-issue.ts';
import { composeIssue } from '../../../src/pipeline/compose/compose-issue.ts';
import { cancelIssue } from '../../../src/pipeline/send/hold-pause-resume-cancel.ts';
import { sendIssue } from '../../../src/pipeline/send/send-issue.ts';
import { addReaders } from '../../support/database/subscribers.ts';
import { daysAgo, importAll, published } from '../../support/pipeline/compose.ts';
import { sharedPipeline } from '../../support/pipeline/shared-pipeline.ts';
import { at, must, type TestPipeline } from '../../support/pipeline/test-pipeline.ts';

const shared = sharedPipeline();
const timeZone = 'Europe/Berlin';
let ctx: TestPipeline;

beforeEach(async () => {
  const pipeline = shared.empty({ timeZone, schedule: { cron: '0 9 * * 2', timeZone }, maxComparisons: 1 });
  ctx = at(pipeline, '2026-11-27T12:00:00Z');
  await importAll(ctx.db, [published('one', daysAgo(1)), published('two', daysAgo(2))]);
  await addReaders(ctx.db, 3);
});

async function meant(weekOf: WeekOf): Promise<{ week: string; said: string }> {
  const lines: string[] = [];
  const out = { json: false, print: (line: string) => lines.push(line), warn: () => {}, document: () => {} };
  const week = await weekOf(ctx as unknown as App, out);
  return { week, said: lines.join('\n') };
}

const compose = async (week: string) => must(await composeIssue(ctx, week, { by: 'Ada' }));

/** An issue that is frozen, and stopped before its first batch. */
async function stopped(week: string): Promise<void> {
  await compose(week);
  must(await approveIssue(ctx, week, { by: 'Ada' }));
  await sendIssue(ctx, week, 'Ada', { signal: AbortSignal.abort() });
}

async function sent(week: string): Promise<void> {
  await stopped(week);
  must(await sendIssue(ctx, week, 'Ada'));
}

const goesOut = 'goes out Tuesday 1 December 2026, 09:00 Europe/Berlin';

describe('without --week', () => {
  it('a command on drafts means the coming issue, and says which and when it goes out', async () => {
    expect(await meant(comingWeek)).toEqual({ week: '2026-W49', said: `2026-W49, ${goesOut}` });
    await stopped('2026-W48');
    expect((await meant(comingWeek)).week).toBe('2026-W49');
  });

  it('a command on sending means the frozen, unfinished issue first, then the coming one', async () => {
    for (const weekOf of [sendingWeek, reportedWeek, onlyWeek]) {
      expect(await meant(weekOf)).toEqual({ week: '2026-W49', said: `2026-W49, ${goesOut}` });
    }
    await stopped('2026-W48');
    for (const weekOf of [sendingWeek, reportedWeek, sentWeek, onlyWeek]) {
      expect(await meant(weekOf)).toEqual({
        week: '2026-W48',
        said: '2026-W48, sending and not finished',
      });
    }
  });

  it('send does not say that the issue goes out later, since it goes out now', async () => {
    expect(await meant(toSendWeek)).toEqual({
      ...{ week: '2026-W49', said: '2026-W49, planned for Tuesday 1 December 2026, 09:00 Europe/Berlin' },
    });
    await stopped('2026-W48');
    expect((await meant(toSendWeek)).week).toBe('2026-W48');
  });

  it('hold and cancel ask for --week when one is being sent and another is a draft', async () => {
    await stopped('2026-W48');
    await compose('2026-W49');
    await expect(meant(onlyWeek)).rejects.toThrow(UsageError);
    await expect(meant(onlyWeek)).rejects.toThrow(
      'Issue 2026-W48 is sending and issue 2026-W49 is a draft: say which with --week.',
    );
    expect((await meant(sendingWeek)).week).toBe('2026-W48');
    must(await cancelIssue(ctx, '2026-W48', { by: 'Ada' }));
    expect((await meant(onlyWeek)).week).toBe('2026-W49');
  });

  it('status means the newest issue while the coming one is not composed', async () => {
    await sent('2026-W48');
    expect((await meant(reportedWeek)).week).toBe('2026-W48');
    expect((await meant(sendingWeek)).week).toBe('2026-W49');
    await compose('2026-W49');
    expect((await meant(reportedWeek)).week).toBe('2026-W49');
  });

  it('what follows a send, such as send --only-missing, means the last issue that was sent', async () => {
    await sent('2026-W48');
    await compose('2026-W49');
    expect((await meant(sentWeek)).week).toBe('2026-W48');
  });
});

describe('a week far from now', () => {
  const refuse = (week: string | undefined, options: { anyWeek?: true } = {}) =>
    refuseFarWeek(ctx as unknown as App, week ?? '2027-W10', {
      ...options,
      ...(week === undefined ? {} : { week }),
    });

  it.each(['2027-W10', '2026-W47', '2026-W51', '2020-W10'])(
    'that has no issue is refused as a wrong argument, and names the weeks that are near: %s',
    async (week) => {
      await expect(refuse(week)).rejects.toThrow(UsageError);
      await expect(refuse(week)).rejects.toThrow(/\(2026-W48, 2026-W49, 2026-W50\).*--any-week/);
    },
  );

  it.each(['2026-W48', '2026-W49', '2026-W50'])('is not this week or one of the next two: %s', (week) =>
    expect(refuse(week)).resolves.toBeUndefined(),
  );

  it('is taken with --any-week, when it has an issue, and when it is the coming one', async () => {
    await refuse('2027-W10', { anyWeek: true });
    await refuse(undefined);
    await compose('2027-W10');
    await refuse('2027-W10');
  });
});
