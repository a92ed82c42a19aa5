import type { IssueState } from './decisions.ts';
import type { Complain } from './mails.ts';

/** When the bytes of each issue changed, by the machine's clock, as the model saw it. */
export class Drafts {
  readonly #changes = new Map<string, number[]>();

  changesOf(issueId: string): readonly number[] {
    return this.#changes.get(issueId) ?? [];
  }

  look(before: IssueState | undefined, row: IssueState, machine: number, complain: Complain): void {
    if (before?.sha256 === row.sha256 && before.cutoff.getTime() === row.cutoff.getTime()) return;
    if (row.frozen_at !== null && before !== undefined && before.frozen_at !== null)
      complain(`${row.week} changed after it was frozen`);
    const isFrozenAtOnce = row.frozen_at !== null && before === undefined;
    this.#changes.set(row.id, [...this.changesOf(row.id), ...(isFrozenAtOnce ? [] : [machine])]);
  }
}
