/** What one address has done and what happened to it, by true time. */
interface Reader {
  readonly address: string;
  /** The newest last. */
  readonly states: { readonly at: number; readonly state: ReaderState }[];
  /** By the machine's clock, which is what the program compares pauses with. */
  readonly pauses: { readonly at: number; readonly until: number }[];
  suppressedAt: number | null;
  /** When nothing of the address may be stored any more, unless they came back. */
  erasedAt: number | null;
  /** Also if they came back. */
  lastErasedAt: number;
  lastSignUpAt: number;
}

export type ReaderState = 'pending' | 'confirmed' | 'left';

/** Who may be mailed, and since when: kept from what readers do, never from what the program stores. */
export class Readers {
  readonly #byAddress = new Map<string, Reader>();

  get addresses(): readonly string[] {
    return [...this.#byAddress.keys()];
  }

  in(state: ReaderState): readonly string[] {
    return [...this.#byAddress.values()]
      .filter((reader) => reader.states.at(-1)?.state === state)
      .map((r) => r.address);
  }

  get erased(): readonly { readonly address: string; readonly at: number }[] {
    return [...this.#byAddress.values()].flatMap(({ address, erasedAt: at }) =>
      at === null ? [] : [{ address, at }],
    );
  }

  /** Who left, has not signed up since, and did not ask for more; and when. */
  get former(): readonly { readonly address: string; readonly at: number }[] {
    return [...this.#byAddress.values()].flatMap(({ address, states, erasedAt, lastSignUpAt }) => {
      const last = states.at(-1);
      const isFormer = last?.state === 'left' && erasedAt === null && lastSignUpAt < last.at;
      return isFormer ? [{ address, at: last.at }] : [];
    });
  }

  wasErasedAfter(address: string, at: number): boolean {
    return this.#reader(address).lastErasedAt >= at;
  }

  /** Whether the address has been a reader's all the time. */
  hasStayed(address: string, since: number): boolean {
    const last = this.#byAddress.get(address)?.states.at(-1);
    return last?.state === 'confirmed' && last.at <= since;
  }

  stateOf(address: string): ReaderState | null {
    return this.#byAddress.get(address)?.states.at(-1)?.state ?? null;
  }

  isSuppressed(address: string): boolean {
    return this.#byAddress.get(address)?.suppressedAt != null;
  }

  become(address: string, state: ReaderState, at: number): void {
    const reader = this.#reader(address);
    reader.states.push({ at, state });
    if (state === 'confirmed') reader.erasedAt = null;
    // Leaving ends a pause, and so does confirming again.
    if (state !== 'pending') reader.pauses.push({ at, until: 0 });
  }

  /** Nobody is a reader by this alone; what was erased may be stored again. */
  signUp(address: string, at: number): void {
    const reader = this.#reader(address);
    reader.erasedAt = null;
    reader.lastSignUpAt = at;
    if (reader.states.length === 0) this.become(address, 'pending', at);
  }

  pause(address: string, at: number, until: number): void {
    this.#reader(address).pauses.push({ at, until });
  }

  suppress(address: string, at: number): void {
    const reader = this.#reader(address);
    reader.suppressedAt ??= at;
  }

  erase(address: string, at: number): void {
    this.become(address, 'left', at);
    const reader = this.#reader(address);
    reader.erasedAt = at;
    reader.lastErasedAt = at;
  }

  /**
   * Why an address may not be mailed at a moment; null if it may.
   *
   * @param at true time
   * @param machine what the machine's clock said then
   */
  whyNot(address: string, at: number, machine: number): string | null {
    const reader = this.#byAddress.get(address);
    const state = reader?.states.findLast((entry) => entry.at <= at)?.state;
    if (reader === undefined || state !== 'confirmed') return `is ${state ?? 'nobody we know'}`;
    if (reader.suppressedAt !== null && reader.suppressedAt <= at) return 'is suppressed';
    const pause = reader.pauses.findLast((entry) => entry.at <= at);
    return pause !== undefined && pause.until > machine ? 'has paused' : null;
  }

  /** Whether there was a moment in [from, to] at which the address might not be mailed. */
  wasEverOut(address: string, from: number, to: number): boolean {
    const reader = this.#byAddress.get(address);
    if (reader === undefined) return true;
    const changed = (at: number) => at >= from && at <= to;
    return (
      this.whyNot(address, from, from) !== null ||
      reader.states.some(({ at, state }) => state !== 'confirmed' && changed(at)) ||
      reader.pauses.some(({ at, until }) => until > 0 && changed(at)) ||
      (reader.suppressedAt !== null && changed(reader.suppressedAt))
    );
  }

  mailable(at: number, machine: number): readonly string[] {
    return this.addresses.filter((address) => this.whyNot(address, at, machine) === null);
  }

  #reader(address: string): Reader {
    const key = address.toLowerCase();
    const known = this.#byAddress.get(key);
    if (known !== undefined) return known;
    const never = Number.NEGATIVE_INFINITY;
    const reader: Reader = {
      ...{ address: key, states: [], pauses: [], suppressedAt: null },
      ...{ erasedAt: null, lastErasedAt: never, lastSignUpAt: never },
    };
    this.#byAddress.set(key, reader);
    return reader;
  }
}
