import type { Conditions } from '../world/conditions.ts';
import { minuteMs } from '../world/time.ts';
import { timeOfWeek } from './calendar.ts';
import type { IssueState } from './decisions.ts';
import type { Complain } from './mails.ts';

/** The step in which the model notices a change lasts this long at most. */
const stepMs = 10 * minuteMs;

/** When an issue's bytes changed, by the machine's clock, as the model saw it. */
export interface Drafted {
  readonly changes: readonly number[];
}

export interface Freeze {
  readonly issue: IssueState;
  readonly by: string;
  /** The state before, as the model last saw it; null if it saw none. */
  readonly before: string | null;
  readonly conditions: Conditions;
  /** Since when the schedule is in force, by the machine's clock. */
  readonly scheduleSince: number;
  /** Whether a person has approved these bytes. */
  readonly isApprovedByPerson: boolean;
  readonly drafted: Drafted;
}

/** Whether an issue may leave now: not before its time, and under `required` not without a person. */
export function checkFreeze(freeze: Freeze, complain: Complain): void {
  const { issue, by, before, conditions, isApprovedByPerson } = freeze;
  const at = (issue.frozen_at as Date).getTime();
  if (before?.startsWith('held')) complain(`issue ${issue.week} was frozen although it was ${before}`);
  if (conditions.approval === 'required' && !isApprovedByPerson)
    complain(`issue ${issue.week} was frozen without anybody's approval`);
  if (by !== 'schedule') return;
  const slot = timeOfWeek(conditions.at, issue.week, at);
  if (slot === null || slot > at || slot < freeze.scheduleSince)
    complain(`the schedule froze issue ${issue.week} without a slot of that week`);
  else if (!isApprovedByPerson) checkReview(freeze, at, slot, complain);
}

/**
 * The editors have had their minutes since the bytes last changed; after the slot these begin anew once at most. What
 * changed in the step in which the slot came may have changed before it or after it.
 */
function checkReview(
  { issue, conditions, drafted }: Freeze,
  at: number,
  slot: number,
  complain: Complain,
): void {
  const { editors, minReviewMinutes, reviewHours } = conditions;
  const minutes = editors.length === 0 ? 0 : Math.min(minReviewMinutes, reviewHours * 60);
  const lastBefore = (end: number) => {
    const late = drafted.changes.filter((change) => change > end);
    return late.length > 1 ? late[0] : drafted.changes.at(-1);
  };
  const waited = [slot, slot + stepMs]
    .map(lastBefore)
    .some((last) => (last === undefined ? minutes === 0 : at >= last - stepMs + minutes * minuteMs));
  if (!waited) complain(`issue ${issue.week} left before the editors had their ${minutes} minutes`);
}
