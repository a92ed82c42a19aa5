/** A request that moves all the time is given up after so many times of what one may stand still: 5 minutes for 10 s. */
const longest = 30;

/**
 * Aborts a request in which nothing moves for `stillMs` milliseconds, or that takes 30 times as long. After the upload
 * the answer may take as long as the upload did, if that is longer: on a slow line megabytes that the operating system
 * has taken are still to be sent.
 */
export class Patience {
  readonly #controller = new AbortController();
  readonly #startedAt = performance.now();
  readonly #stillMs: number;
  readonly #whole: NodeJS.Timeout;
  #still: NodeJS.Timeout;

  constructor(stillMs: number) {
    this.#stillMs = stillMs;
    this.#still = this.#abortAfter(stillMs);
    this.#whole = this.#abortAfter(stillMs * longest);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** A part of the body was sent. */
  moved(): void {
    this.#still.refresh();
  }

  /** The whole body was sent. */
  uploaded(): void {
    clearTimeout(this.#still);
    this.#still = this.#abortAfter(Math.max(this.#stillMs, performance.now() - this.#startedAt));
  }

  end(): void {
    clearTimeout(this.#still);
    clearTimeout(this.#whole);
  }

  #abortAfter(ms: number): NodeJS.Timeout {
    return setTimeout(() => this.#controller.abort(), ms);
  }
}
