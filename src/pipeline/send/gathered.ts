/** Calls `work` with the items that came while the last call was under way: one call at a time, and none too late. */
export class Gathered<Item> {
  readonly #work: (items: readonly Item[]) => Promise<void>;
  #waiting: Item[] = [];
  #next: Promise<void> | null = null;
  #last: Promise<void> = Promise.resolve();

  constructor(work: (items: readonly Item[]) => Promise<void>) {
    this.#work = work;
  }

  /** Settles as the call does that takes this item. */
  add(item: Item): Promise<void> {
    this.#waiting.push(item);
    if (this.#next === null) {
      this.#next = this.#last.then(() => {
        const items = this.#waiting;
        this.#waiting = [];
        this.#next = null;
        return this.#work(items);
      });
      this.#last = this.#next.catch(() => {});
    }
    return this.#next;
  }
}
