/** What one address has done and what happened to it, by true time. */
interface Reader {
  readonly address: string;
  /** The newest last. */
  readonly states: { readonly at: number; readonly state: ReaderState }[];
  /** By the machine's clock, which is what the program compares pauses with. */
  readonly pauses: { readonly at: number; readonly until: number }[];
  /** When the program was told, what had happened when, and until when it counts. */
  readonly suppressions: { readonly at: number; readonly happenedAt: number; until: number }[];
  /** What happened until then was lifted, and counts no more. */
  liftedUpTo: number;
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
    return this.#byAddress.get(address)?.suppressions.some(isOpen) ?? false;
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

  suppress(address: string, at: number, happenedAt: number): void {
    const reader = this.#reader(address);
    if (happenedAt <= reader.liftedUpTo) return;
    reader.suppressions.push({ at, happenedAt, until: Number.POSITIVE_INFINITY });
  }

  /** Somebody has confirmed anew by a link that was mailed at `writtenAt`. */
  lift(address: string, writtenAt: number, at: number): void {
    const reader = this.#reader(address);
    const open = reader.suppressions.filter(isOpen);
    if (open.length === 0) return;
    reader.liftedUpTo = Math.max(reader.liftedUpTo, writtenAt);
    for (const suppression of open) suppression.until = at;
  }

  /** When the newest of what is held against the address happened, and when the program was told; null if nothing is. */
  suppressedSince(address: string): { readonly known: number; readonly happened: number } | null {
    const open = this.#byAddress.get(address)?.suppressions.filter(isOpen) ?? [];
    if (open.length === 0) return null;
    return {
      known: Math.max(...open.map(({ at }) => at)),
      happened: Math.max(...open.map(({ happenedAt }) => happenedAt)),
    };
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
    if (reader.suppressions.some((one) => one.at <= at && at < one.until)) return 'is suppressed';
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
      reader.suppressions.some(({ at, until }) => changed(at) || changed(until))
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
      ...{ address: key, states: [], pauses: [], suppressions: [] },
      ...{ erasedAt: null, lastErasedAt: never, lastSignUpAt: never, liftedUpTo: never },
    };
    this.#byAddress.set(key, reader);
    return reader;
  }
}

const isOpen = ({ until }: { readonly until: number }) => until === Number.POSITIVE_INFINITY;
