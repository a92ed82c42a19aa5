import type { IssueState } from './decisions.ts';
import type { Complain } from './mails.ts';

/** A hold for outcomes ends by itself once they are known. */
export class Outcomes {
  /** By issue held for outcomes: the number of the tick at which all were known. */
  readonly #knownSince = new Map<string, number>();

  check(row: IssueState, tick: number, complain: Complain): void {
    if (row.held_kind !== 'outcomes' || row.unresolved > 0) {
      this.#knownSince.delete(row.id);
      return;
    }
    const since = this.#knownSince.get(row.id) ?? tick;
    this.#knownSince.set(row.id, since);
    if (tick - since >= 3) complain(`${row.week} is held for outcomes, and all are known`);
  }
}
