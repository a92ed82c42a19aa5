import type { Command } from 'commander';
import { addDays } from 'date-fns/addDays';
import type { App } from '../app.ts';
import { findIssue, newestWeek } from '../db/queries/issue/issues.ts';
import { weekKeyOf } from '../domain/issue/week.ts';
import { localTime } from '../domain/local-time.ts';
import { comingIssue, unfinishedIssue } from '../pipeline/report/coming-issue.ts';
import type { Output } from './output.ts';
import { UsageError } from './run.ts';

/** Finds the issue that a command means without `--week`, and says which it is. */
export type WeekOf = (app: App, out: Output) => Promise<string>;

const coming =
  (goesOut: string): WeekOf =>
  async (app, out) => {
    const { week, slot } = await comingIssue(app);
    out.print(
      slot === null
        ? `${week}, which has no slot to come`
        : `${week}, ${goesOut} ${localTime(slot, app.settings.timeZone)}`,
    );
    return week;
  };

/** For commands on drafts: the coming issue. Says when it goes out. */
export const comingWeek = coming('goes out');

/** For commands on sending: the issue that is being sent, or stopped on the way, else the coming one. */
export const sendingWeek: WeekOf = async (app, out) =>
  (await unfinishedWeek(app, out)) ?? comingWeek(app, out);

/**
 * For `send`: the same, but it goes out now rather than at its slot. Where the coming one is not composed yet, the
 * newest that was sent, so that a second `send` says that there is nothing left to do.
 */
export const toSendWeek: WeekOf = async (app, out) => {
  const unfinished = await unfinishedWeek(app, out);
  if (unfinished !== null) return unfinished;
  const { issue } = await comingIssue(app);
  const newest = issue === null ? await newestWeek(app.db, 'frozen') : null;
  return newest ?? coming('planned for')(app, out);
};

/** For `status`: the issue that is being sent, else the coming one; where that is not composed yet, the newest. */
export const reportedWeek: WeekOf = async (app, out) => {
  const unfinished = await unfinishedWeek(app, out);
  if (unfinished !== null) return unfinished;
  const { issue } = await comingIssue(app);
  const newest = issue === null ? await newestWeek(app.db, 'any') : null;
  return newest ?? comingWeek(app, out);
};

/** For what follows a send: the issue that is being sent, else the newest that was. */
export const sentWeek: WeekOf = async (app, out) =>
  (await unfinishedWeek(app, out)) ?? (await newestWeek(app.db, 'frozen')) ?? comingWeek(app, out);

/** For `hold` and `cancel`, which may mean either: where both exist, `--week` must say which. */
export const onlyWeek: WeekOf = async (app, out) => {
  const unfinished = await unfinishedIssue(app);
  const next = await comingIssue(app);
  if (unfinished !== null && next.issue !== null) {
    throw new UsageError(
      `Issue ${unfinished.week} is ${unfinished.status} and issue ${next.week} is ${next.issue.status === 'draft' ? 'a draft' : next.issue.status}: say which with --week.`,
    );
  }
  return sendingWeek(app, out);
};

async function unfinishedWeek(app: App, out: Output): Promise<string | null> {
  const unfinished = await unfinishedIssue(app);
  if (unfinished === null) return null;
  out.print(`${unfinished.week}, ${unfinished.status} and not finished`);
  return unfinished.week;
}

/** `--any-week`, for commands that make an issue. */
export const withAnyWeek = (command: Command) =>
  command.option('--any-week', 'also for a week far from now that has no issue yet');

/**
 * Refuses to make an issue for a week that is neither this one nor one of the next two, which is nearly always a
 * mistake: it would be dated with that week. The coming issue is never refused, however far away its slot.
 *
 * @throws UsageError unless `--any-week` is given, or the week has an issue
 */
export async function refuseFarWeek(
  app: App,
  week: string,
  { anyWeek, week: named }: { readonly anyWeek?: true; readonly week?: string },
): Promise<void> {
  if (named === undefined || anyWeek === true || (await findIssue(app.db, week)) !== null) return;
  const near = [0, 7, 14].map((days) => weekKeyOf(addDays(app.clock.now(), days), app.settings.timeZone));
  if (near.includes(week)) return;
  throw new UsageError(
    `${week} has no issue and is neither this week nor one of the next two (${near.join(', ')}). If you mean it, add --any-week.`,
  );
}
