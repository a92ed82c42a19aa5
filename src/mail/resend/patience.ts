/** A request that moves all the time is given up after so many times of what one may stand still: 5 minutes for 10 s. */
const longest = 30;

/** Aborts a request in which nothing moves for `stillMs` milliseconds, or that takes 30 times as long. */
export class Patience {
  readonly #controller = new AbortController();
  readonly #still: NodeJS.Timeout;
  readonly #whole: NodeJS.Timeout;

  constructor(stillMs: number) {
    const abort = () => this.#controller.abort();
    this.#still = setTimeout(abort, stillMs);
    this.#whole = setTimeout(abort, stillMs * longest);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  moved(): void {
    this.#still.refresh();
  }

  end(): void {
    clearTimeout(this.#still);
    clearTimeout(this.#whole);
  }
}
