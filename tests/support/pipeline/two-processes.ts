import { sql } from 'drizzle-orm';
import { connect } from '../../../src/db/client.ts';
import { nextSlots } from '../../../src/domain/issue/schedule.ts';
import { openQueue } from '../../../src/queue/queue.ts';
import { addReaders } from '../database/subscribers.ts';
import { accepted, type Posted, scriptedMailer } from '../mail/scripted-mailer.ts';
import { importAll, published } from './compose.ts';
import { tickAndRunJobs } from './run-jobs.ts';
import { tuesdays } from './scheduled-pipeline.ts';
import { type TestPipeline, testPipeline } from './test-pipeline.ts';

const hourMs = 3_600_000;
const readers = 2;

export interface ScheduledOutcome {
  readonly issues: readonly { status: string; n: number; weeks: number }[];
  readonly slots: readonly { status: string; n: number }[];
  /** How often each reader was mailed. */
  readonly mailsPerReader: readonly number[];
  readonly comparisonsSentTwice: number;
}

/**
 * Two processes, each with connections of its own, on one database and a virtual clock: both run the schedule and the
 * jobs at the same time, over so many weekly slots in a zone with daylight saving. One comparison is published a week.
 */
export async function runTwoProcesses(slots: number): Promise<ScheduledOutcome> {
  const first = await testPipeline({
    settings: { schedule: { ...tuesdays, timeZone: 'Europe/Berlin' }, maxPriceAgeDays: 100_000 },
  });
  const ownDb = connect(first.database.url, { onError: () => {} });
  const ownQueue = openQueue(first.database.url, { onError: () => {} });
  try {
    const posted: Posted[] = [];
    const mailer = scriptedMailer((post) => {
      posted.push(post);
      return accepted(post);
    });
    const processes: readonly TestPipeline[] = [
      { ...first, mailer },
      { ...first, mailer, db: ownDb.db, queue: ownQueue },
    ];
    const bothAt = (instant: Date) => Promise.all(processes.map((each) => tickAndRunJobs(each, instant)));
    const start = new Date('2026-12-18T12:00:00Z');
    await addReaders(first.db, readers);
    await bothAt(start);
    for (const slot of nextSlots(first.settings.schedule, start, slots)) {
      const composeTime = new Date(slot.getTime() - 24 * hourMs);
      await importAll(first.db, [
        published(`week-${slot.getTime()}`, new Date(composeTime.getTime() - hourMs)),
      ]);
      await bothAt(composeTime);
      await bothAt(slot);
      await bothAt(new Date(slot.getTime() + 60_000));
    }
    return await outcomeOf(first, posted);
  } finally {
    await ownQueue.stop(0);
    await ownDb.close();
    await first.close();
  }
}

async function outcomeOf({ db }: TestPipeline, posted: readonly Posted[]): Promise<ScheduledOutcome> {
  const issues = await db.execute<{ status: string; n: number; weeks: number }>(
    sql`select status, count(*)::int as n, count(distinct week)::int as weeks from issues group by 1`,
  );
  const slots = await db.execute<{ status: string; n: number }>(
    sql`select status, count(*)::int as n from slots group by 1`,
  );
  const twice = await db.execute(
    sql`select comparison_id from issue_comparisons where active group by 1 having count(*) > 1`,
  );
  const perReader = new Map<string, number>();
  for (const address of posted.flatMap(({ to }) => to)) {
    perReader.set(address, (perReader.get(address) ?? 0) + 1);
  }
  return {
    issues: issues.rows,
    slots: slots.rows,
    mailsPerReader: [...perReader.values()],
    comparisonsSentTwice: twice.rows.length,
  };
}

/** One issue a week, and each reader once. */
export const allSentOnce = (slots: number): ScheduledOutcome => ({
  issues: [{ status: 'sent', n: slots, weeks: slots }],
  slots: [{ status: 'sent', n: slots }],
  mailsPerReader: Array.from({ length: readers }, () => slots),
  comparisonsSentTwice: 0,
});
