import type { ClaimedBatch } from '../../db/queries/sending/claims.ts';
import type { BatchOutcome } from '../../domain/sending/outcome.ts';

/**
 * What requests may hold at once: two or three batches of whole mails, which keep a line busy and still move fast
 * enough, or 500 of templated ones.
 */
export const maxHeldBytes = 16 * 1_024 * 1_024;

/** Bodies that may be without an answer at first: two batches of whole mails, or 250 of templated ones. */
const firstWindowBytes = 16 * 1_024 * 1_024;

/** Half of what an answer is waited for: when answers take longer, more requests would only share the line. */
const quickMs = 5_000;

/** What a request holds beside the part of its body that is not sent yet: recipients, buffers, a connection. */
const overheadBytes = 32 * 1_024;

export interface Request {
  readonly claim: ClaimedBatch;
  readonly since: number;
  readonly bytes: number;
  unsentBytes: number;
  isUnderWay: boolean;
}

/**
 * The requests of one delivery that have a turn and are not recorded yet. How many there are follows from the pace and
 * from how long answers take. It is bounded by what they hold; by a window for bodies without an answer, which grows by
 * each that was accepted quickly, since an operating system takes bodies long before a slow line does; and, after an answer
 * did not come in time, by a cap: half as many as there were, and one more each time that as many as the cap were accepted.
 */
export class InFlight {
  readonly #requests = new Set<Request>();
  #heldBytes = 0;
  #unansweredBytes = 0;
  #window = firstWindowBytes;
  #cap = Number.POSITIVE_INFINITY;
  #cappedAt = Number.NEGATIVE_INFINITY;
  #change = Promise.withResolvers<void>();
  #fewer = Promise.withResolvers<void>();

  get count(): number {
    return this.#requests.size;
  }

  /** How many may be added. */
  get capacity(): number {
    const hasRoom = this.#heldBytes < maxHeldBytes && this.#unansweredBytes < this.#window;
    return hasRoom ? Math.max(0, Math.floor(this.#cap) - this.#requests.size) : 0;
  }

  /** Those that have left and are not answered. */
  get underWay(): readonly ClaimedBatch[] {
    return [...this.#requests].filter(({ isUnderWay }) => isUnderWay).map(({ claim }) => claim);
  }

  /** Settles when more may be added. */
  get change(): Promise<void> {
    return this.#change.promise;
  }

  /** Settles when there are fewer. */
  get fewer(): Promise<void> {
    return this.#fewer.promise;
  }

  add(claim: ClaimedBatch, bytes: number): Request {
    const request = { claim, since: performance.now(), bytes, unsentBytes: bytes, isUnderWay: false };
    this.#requests.add(request);
    this.#unansweredBytes += bytes;
    this.#heldBytes += bytes + overheadBytes;
    return request;
  }

  left(request: Request): void {
    request.isUnderWay = true;
  }

  sent(request: Request, bytes: number): void {
    this.#heldBytes -= bytes;
    request.unsentBytes -= bytes;
    this.announce();
  }

  answered(request: Request, outcome: BatchOutcome): void {
    request.isUnderWay = false;
    if (outcome.kind === 'submitted') {
      this.#cap += 1 / this.#cap;
      if (performance.now() - request.since < quickMs) this.#window += request.bytes;
    }
    // Of those that were under way together only the first to time out counts.
    if (outcome.kind !== 'retry' || !outcome.timedOut || request.since < this.#cappedAt) return;
    this.#cap = Math.max(1, Math.floor(this.#requests.size / 2));
    this.#cappedAt = performance.now();
  }

  end(request: Request): void {
    this.#requests.delete(request);
    this.#unansweredBytes -= request.bytes;
    this.#heldBytes -= request.unsentBytes + overheadBytes;
    this.announce();
    this.#fewer.resolve();
    this.#fewer = Promise.withResolvers();
  }

  /** Wakes up whoever waits for a change. */
  announce(): void {
    this.#change.resolve();
    this.#change = Promise.withResolvers();
  }
}
