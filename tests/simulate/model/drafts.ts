import type { IssueState } from './decisions.ts';
import type { Complain } from './mails.ts';

/** When the bytes of each issue changed, by the machine's clock, as the model saw it. */
export class Drafts {
  readonly #changes = new Map<string, number[]>();
  readonly #touched = new Map<string, number>();

  changesOf(issueId: string): readonly number[] {
    return this.#changes.get(issueId) ?? [];
  }

  /** A person composed or edited it, perhaps into the same bytes, at this time of the machine's clock. */
  touched(issueId: string, machine: number): void {
    this.#touched.set(issueId, machine);
  }

  /** From when an issue waits, by the machine's clock; undefined for one that the model has not seen. */
  waitsSince(issueId: string): number | undefined {
    return [this.changesOf(issueId).at(-1), this.#touched.get(issueId)]
      .filter((at) => at !== undefined)
      .toSorted((a, b) => b - a)[0];
  }

  look(before: IssueState | undefined, row: IssueState, machine: number, complain: Complain): void {
    if (before?.sha256 === row.sha256 && before.cutoff.getTime() === row.cutoff.getTime()) return;
    if (row.frozen_at !== null && before !== undefined && before.frozen_at !== null)
      complain(`${row.week} changed after it was frozen`);
    const isFrozenAtOnce = row.frozen_at !== null && before === undefined;
    this.#changes.set(row.id, [...this.changesOf(row.id), ...(isFrozenAtOnce ? [] : [machine])]);
  }
}
