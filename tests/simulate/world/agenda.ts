/** Something that happens at a time. */
export interface Happening {
  /** True time, in milliseconds. */
  readonly at: number;
  /** For the trace: "an editor approves 2026-W48". */
  readonly what: string;
  readonly run: () => Promise<void>;
}

/** What is to come, in order of time; at the same time, in the order in which it was planned. */
export class Agenda {
  readonly #happenings: Happening[] = [];

  add(at: number, what: string, run: () => Promise<void>): void {
    let index = this.#happenings.length;
    while (index > 0 && (this.#happenings[index - 1] as Happening).at > at) index -= 1;
    this.#happenings.splice(index, 0, { at, what, run });
  }

  /** Takes what comes next, unless it is later than `until`. */
  next(until: number): Happening | null {
    const [first] = this.#happenings;
    if (first === undefined || first.at > until) return null;
    return this.#happenings.shift() as Happening;
  }
}
