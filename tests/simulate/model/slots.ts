import type { Conditions } from '../world/conditions.ts';
import { dayMs, hourMs, minuteMs } from '../world/time.ts';
import { timeOfWeek, timesBetween, weekOf } from './calendar.ts';
import type { IssueState } from './decisions.ts';
import type { Look } from './ledger.ts';
import type { Complain } from './mails.ts';

/** The step in which the model notices a change lasts this long at most. */
const stepMs = 10 * minuteMs;

export interface SlotRow {
  readonly slot: Date;
  readonly week: string;
  readonly status: string;
}

/** Slots given up before their time, once the clock is right. */
export function checkFuture(rows: readonly SlotRow[], now: number, complain: Complain): void {
  for (const { slot, week, status } of rows)
    if (slot.getTime() > now + hourMs && ['skipped', 'missed', 'waiting'].includes(status))
      complain(`the slot of ${week} is ${status} before its time`);
}

/** Whoever looks a day later finds a missed slot, and what has become old meanwhile waits for the next. */
export async function checkComposed(
  look: Look,
  { id, week }: IssueState,
  conditions: Conditions,
  now: number,
  complain: Complain,
): Promise<void> {
  const [log] = await look<{ who: string }>(
    `select who from issue_log where issue_id = $1 and what = 'composed' order by id desc limit 1`,
    [id],
  );
  const slot = timeOfWeek(conditions.at, week, now);
  if (log?.who === 'schedule' && slot !== null && now - stepMs > slot + dayMs)
    complain(`the schedule composed issue ${week} more than a day after its slot`);
}

/** An issue that is not frozen does not wait for ever: it is missed once its slot, and the time after, is over. */
export function checkWaiting(
  issue: IssueState,
  lastDrafted: number,
  conditions: Conditions,
  now: number,
  complain: Complain,
): void {
  if (issue.frozen_at !== null || !['draft', 'approved', 'held'].includes(issue.status)) return;
  const slot = timeOfWeek(conditions.at, issue.week, now);
  const from = Math.max(slot ?? lastDrafted, lastDrafted);
  const next = timesBetween(conditions.at, from, from + 22 * dayMs)[0] ?? 0;
  const closes = Math.max(next - conditions.reviewHours * hourMs, from + dayMs);
  if (now > closes + 2 * hourMs)
    complain(
      `issue ${issue.week} still waits as ${issue.status}, after its time (drafted ${iso(lastDrafted)}, closes ${iso(closes)}, ticked ${iso(now)})`,
    );
}

/**
 * Slots that have been open for too long, or that the program does not know.
 *
 * @param since from when slots count, by the machine's clock
 */
export function checkSlots(
  rows: readonly SlotRow[],
  conditions: Conditions,
  since: number,
  now: number,
  handled: ReadonlySet<string>,
  complain: Complain,
): void {
  const { at, reviewHours } = conditions;
  for (const slot of timesBetween(at, since, now - dayMs)) {
    const next = timesBetween(at, slot, slot + 15 * dayMs)[0] ?? 0;
    const isOver = now > Math.max(next - reviewHours * hourMs, slot + dayMs) + stepMs;
    const week = weekOf(slot, at.timeZone);
    const row = rows.find((each) => each.slot.getTime() === slot);
    if (row === undefined && !handled.has(week)) complain(`the slot of ${week} was never served`);
    else if (isOver && row !== undefined && ['planned', 'waiting'].includes(row.status))
      complain(`the slot of ${week} is still ${row.status}`);
  }
}

const iso = (at: number) => new Date(at).toISOString();
