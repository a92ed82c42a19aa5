import type { Conditions } from '../world/conditions.ts';
import type { SimulatedDatabase } from '../world/database.ts';
import { dayMs } from '../world/time.ts';
import type { IssueState } from './decisions.ts';
import { checkFuture, checkSlots, checkWaiting, type SlotRow } from './slots.ts';

interface Circumstances {
  readonly conditions: Conditions;
  /** By true time: what was due before is not judged. */
  readonly notBefore: number;
  readonly settingsChangedAt: number;
  /** By the machine's clock; undefined unless it waits. */
  readonly waitsSince: (issueId: string) => number | undefined;
  readonly complain: (what: string) => void;
}

/** Whether the program did for each slot what it should have done by its last tick. Times are those of the machine. */
export class Schedule {
  #since = Number.POSITIVE_INFINITY;
  #cleanTicks = 0;
  /** What should have been done by then is done. */
  #lastCleanTick = 0;

  /** Of the first tick under the schedule in force. */
  get since(): number {
    return this.#since;
  }

  changed(): void {
    this.#since = Number.POSITIVE_INFINITY;
  }

  /** What was done under another clock tells nothing. */
  clockChanged(): void {
    this.#cleanTicks = 0;
  }

  ticked(machine: number): void {
    this.#cleanTicks += 1;
    this.#lastCleanTick = machine;
    if (this.#since === Number.POSITIVE_INFINITY) this.#since = machine;
  }

  async check(
    look: SimulatedDatabase['look'],
    issues: readonly IssueState[],
    { conditions, notBefore, settingsChangedAt, waitsSince, complain }: Circumstances,
  ): Promise<void> {
    if (this.#cleanTicks < 3 || this.#since === Number.POSITIVE_INFINITY) return;
    this.#cleanTicks = 0;
    const now = this.#lastCleanTick;
    const since = Math.max(this.#since, now - 40 * dayMs, notBefore);
    const slots = await look<SlotRow>('select slot, week, status from slots where slot > $1', [
      new Date(since - 2 * dayMs),
    ]);
    const handled = new Set(issues.filter(({ frozen_at }) => frozen_at !== null).map(({ week }) => week));
    checkFuture(slots, now, complain);
    for (const issue of issues)
      if (since < now - 25 * dayMs || settingsChangedAt < now - 25 * dayMs)
        checkWaiting(issue, waitsSince(issue.id) ?? now, conditions, now, complain);
    checkSlots(slots, conditions, since, now, handled, complain);
  }
}
