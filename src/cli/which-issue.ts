import type { Command } from 'commander';
import { addDays } from 'date-fns/addDays';
import type { App } from '../app.ts';
import { findIssue } from '../db/queries/issue/issues.ts';
import { weekKeyOf } from '../domain/issue/week.ts';
import { comingIssue, unfinishedIssue } from '../pipeline/schedule/coming-issue.ts';
import type { Output } from './output.ts';
import { UsageError } from './run.ts';

/** What a command on drafts means without `--week`: the coming issue. Says which, and when it goes out. */
export async function comingWeek(app: App, out: Output): Promise<string> {
  const { week, slot } = await comingIssue(app);
  out.print(
    slot === null ? `${week}, which has no slot to come` : `${week}, goes out ${localTime(app, slot)}`,
  );
  return week;
}

/** What a command on sending means without `--week`: the issue that is being sent, else the coming one. */
export async function sendingWeek(app: App, out: Output): Promise<string> {
  const unfinished = await unfinishedIssue(app);
  return unfinished === null ? comingWeek(app, out) : unfinished.week;
}

/** For `hold` and `cancel`, which may mean either: with both there, `--week` must say which. */
export async function onlyWeek(app: App, out: Output): Promise<string> {
  const unfinished = await unfinishedIssue(app);
  const coming = await comingIssue(app);
  if (unfinished !== null && coming.issue !== null) {
    throw new UsageError(
      `Issue ${unfinished.week} is ${unfinished.status} and issue ${coming.week} is ${coming.issue.status}: say which with --week.`,
    );
  }
  return sendingWeek(app, out);
}

/** `--any-week`, for commands that make an issue. */
export const withAnyWeek = (command: Command) =>
  command.option('--any-week', 'also for a week far from now that has no issue yet');

/**
 * Refuses to make an issue for a week that is neither this one nor one of the next two, which is nearly always a
 * mistake: it would be dated with that week.
 *
 * @throws UsageError unless `--any-week` is given, or the week has an issue
 */
export async function refuseFarWeek(
  { db, clock, settings }: App,
  week: string,
  { anyWeek }: { readonly anyWeek?: true },
): Promise<void> {
  if (anyWeek === true || (await findIssue(db, week)) !== null) return;
  const near = [0, 7, 14].map((days) => weekKeyOf(addDays(clock.now(), days), settings.timeZone));
  if (near.includes(week)) return;
  throw new UsageError(
    `${week} is neither this week nor one of the next two (${near.join(', ')}). If you mean it, add --any-week.`,
  );
}

/** "Tuesday 1 December 2026, 09:00 Europe/Berlin" */
function localTime({ settings }: App, instant: Date): string {
  const { timeZone } = settings;
  const day = new Intl.DateTimeFormat('en-GB', {
    ...{ timeZone, weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' },
  }).format(instant);
  const time = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit' }).format(
    instant,
  );
  return `${day.replace(',', '')}, ${time} ${timeZone}`;
}
