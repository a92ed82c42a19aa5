import type { IssueRow } from '../../db/queries/issue/issues.ts';
import {
  type ClaimedBatch,
  claimBatches,
  expireUnanswered,
  nextClaimInMs,
} from '../../db/queries/sending/claims.ts';
import { releaseClaims, renewLeases } from '../../db/queries/sending/leases.ts';
import { idempotencyKey } from '../../domain/sending/delivery.ts';
import type { BatchOutcome } from '../../domain/sending/outcome.ts';
import type { PipelineContext } from '../context.ts';
import { Gathered } from './gathered.ts';
import { InFlight, type Request } from './in-flight.ts';
import { prepareBatches, type ReadyBatch, type ToBatch } from './prepare-batches.ts';
import { type Answered, settleBatches } from './settle-batches.ts';
import { sleep } from './shared-pace.ts';

/** Renewed while a request is under way; short enough to wait for when a process dies or hangs. */
const leaseMs = 25_000;
const renewEveryMs = 8_000;

/** How long to wait before looking again while others hold the last batches; doubles from first to longest. */
const waitMs = { first: 20, longest: 1_000 } as const;

/** Posts that are late leave this much closer to each other than their turns, which is still well below the limit. */
const catchUp = 0.985;
/** A timer is so late by nature; were it counted, each post would delay all that follow. */
const timerMs = 5;
/** Later than this, no more turns are reserved. */
const latestMs = 250;

export interface DeliverOptions {
  /** Posts nothing more; what is under way is waited for. The next run goes on. */
  readonly signal?: AbortSignal;
  /** Ends when nothing may be posted for this many milliseconds. Otherwise it waits as long as it takes. */
  readonly patienceMs?: number;
  /** Called for each batch whose answer this process recorded, with its number of recipients. */
  readonly onSettled?: (recipients: number) => void;
  /** Called with what the provider said, or that it said nothing, each time that it did not accept something. */
  readonly onTrouble?: (reason: string) => void;
  /** Called once, when all batches left are held by other workers or not due yet. */
  readonly onWaiting?: (forAtMostMs: number) => void;
}

export interface DeliveryParts {
  readonly ctx: PipelineContext;
  readonly issue: IssueRow;
  readonly toBatch: ToBatch;
  /** Batches that are claimed and recorded at once, where the pace has turns for as many. */
  readonly together: number;
}

/**
 * One process at work on one issue. A single loop reserves turns, claims as many batches, records their bodies, and
 * lets each leave at its own turn without waiting for answers. Answers are recorded together, while the loop goes on.
 */
export class Delivery {
  readonly #parts: DeliveryParts;
  readonly #options: DeliverOptions;
  readonly #inFlight = new InFlight();
  readonly #bookings = new Gathered<Answered>((answers) => this.#book(answers));
  readonly #failure = new AbortController();
  readonly #stop: AbortSignal;
  readonly #notPosted: ClaimedBatch[] = [];
  /** Settles when the last batch of those with a turn has left. */
  #leaving: Promise<void> = Promise.resolve();
  #lastLeftAt = 0;
  #lateMs = 0;

  constructor(parts: DeliveryParts, options: DeliverOptions) {
    this.#parts = parts;
    this.#options = options;
    const { signal } = options;
    this.#stop = AbortSignal.any([this.#failure.signal, ...(signal === undefined ? [] : [signal])]);
    this.#stop.addEventListener('abort', () => this.#inFlight.announce());
  }

  /**
   * Posts until no batch is left that may be posted, waiting for those that other processes hold or that are not due
   * yet. Whatever ends it, batches that have not left are given back, and answers under way are waited for and recorded.
   * Then it rejects with the first error.
   */
  async run(): Promise<void> {
    // A plain timer, so that leases are renewed only while this process does run.
    const renewal = setInterval(() => void this.#renew(), renewEveryMs);
    await this.#failing(() => this.#postAll());
    await this.#failing(() => this.#release());
    while (this.#inFlight.count > 0) await this.#inFlight.change;
    clearInterval(renewal);
    this.#failure.signal.throwIfAborted();
  }

  async #postAll(): Promise<void> {
    const { ctx, issue } = this.#parts;
    const { patienceMs = Number.POSITIVE_INFINITY } = this.#options;
    let { onWaiting } = this.#options;
    let waits = 0;
    let dueInMs = await nextClaimInMs(ctx.db, issue.id);
    while (!this.#stop.aborted) {
      if (dueInMs === 0) {
        if ((await this.#postNext()) > 0) {
          // There may be more to claim, which another claim finds out without asking first.
          waits = 0;
          continue;
        }
        if (this.#stop.aborted) return;
        dueInMs = await nextClaimInMs(ctx.db, issue.id);
        // Due, and still not claimable: another process is just claiming it, or hangs with the row locked.
        if (dueInMs === 0) dueInMs = waitMs.longest;
      }
      if (dueInMs === null && (await expireUnanswered(ctx.db, issue.id)) === 0) return;
      if (this.#inFlight.count === 0) {
        if (dueInMs !== null && dueInMs > patienceMs) return;
        onWaiting?.(dueInMs ?? 0);
        onWaiting = undefined;
      }
      const longest = Math.min(waitMs.first * 2 ** waits, waitMs.longest);
      await this.#waitForAnswer(Math.min(Math.max(dueInMs ?? 0, waitMs.first), longest));
      waits += 1;
      dueInMs = await nextClaimInMs(ctx.db, issue.id);
    }
  }

  /** Claims as many batches as there are turns soon, and lets each leave at its turn. Returns how many it claimed. */
  async #postNext(): Promise<number> {
    const { ctx, issue, toBatch, together } = this.#parts;
    if (this.#lateMs > latestMs) await this.#leaving;
    while (this.#inFlight.capacity === 0 && !this.#stop.aborted) await this.#inFlight.change;
    if (this.#stop.aborted) return 0;
    const turns = await ctx.pace.reserve(Math.min(together, this.#inFlight.capacity), this.#stop);
    const firstAt = performance.now() + turns.waitMs;
    if (turns.count === 0 || this.#stop.aborted) return 0;
    const claims = await claimBatches(ctx.db, issue.id, {
      leaseMs,
      at: ctx.clock.now(),
      atMost: turns.count,
    });
    for (const claim of claims.filter(isEmpty)) void this.#conclude(this.#inFlight.add(claim, 0), toNobody);
    const withRecipients = claims.filter((claim) => !isEmpty(claim));
    const ready = await prepareBatches(ctx, issue, withRecipients, toBatch);
    for (const [n, batch] of ready.entries())
      this.#letLeave(batch, firstAt + n * turns.everyMs, turns.everyMs * catchUp);
    return claims.length;
  }

  /** At its turn, or, when that is over, with a gap to the last one that left: never many at once. */
  #letLeave(batch: ReadyBatch, turnAt: number, gapMs: number): void {
    const request = this.#inFlight.add(batch.claim, batch.body.bytes);
    this.#leaving = this.#leaving.then(async () => {
      const leaveAt = () => Math.max(turnAt, this.#lastLeftAt + gapMs);
      // Again when the one before has begun late meanwhile.
      while (leaveAt() > performance.now() && !this.#stop.aborted) await this.#sleepUntil(leaveAt());
      if (this.#stop.aborted) {
        this.#notPosted.push(batch.claim);
        this.#inFlight.end(request);
        return;
      }
      this.#lastLeftAt = Math.max(leaveAt(), performance.now() - timerMs);
      this.#lateMs = this.#lastLeftAt - turnAt;
      this.#post(batch, request);
    });
  }

  #post({ claim, body }: ReadyBatch, request: Request): void {
    const key = idempotencyKey(this.#parts.issue, claim.no);
    this.#inFlight.left(request);
    let hasBegun = false;
    const answer = body.post(key, (bytes) => {
      if (!hasBegun) this.#begun();
      hasBegun = true;
      this.#inFlight.sent(request, bytes);
    });
    void this.#conclude(request, answer);
  }

  /** The upload began. On a new connection that is late, and the next one must not come close to it. */
  #begun(): void {
    this.#lastLeftAt = Math.max(this.#lastLeftAt, performance.now() - timerMs);
  }

  /** Waits for the answer and records it. */
  async #conclude(request: Request, answer: Promise<BatchOutcome>): Promise<void> {
    await this.#failing(async () => {
      const outcome = await answer;
      this.#inFlight.answered(request, outcome);
      await this.#bookings.add({ claim: request.claim, outcome });
    });
    this.#inFlight.end(request);
  }

  async #book(answers: readonly Answered[]): Promise<void> {
    const { ctx, issue } = this.#parts;
    for (const answer of await settleBatches(ctx, answers)) {
      observeAnswer(ctx, issue, answer);
      if (answer.outcome.kind === 'submitted') this.#options.onSettled?.(answer.claim.recipients.length);
      else this.#options.onTrouble?.(answer.outcome.reason);
    }
  }

  /** When the process stops, so that others need not wait for these leases and look again who has left meanwhile. */
  async #release(): Promise<void> {
    await this.#leaving;
    if (this.#notPosted.length === 0) return;
    await releaseClaims(this.#parts.ctx.db, this.#parts.issue.id, this.#notPosted);
  }

  async #renew(): Promise<void> {
    const { ctx, issue } = this.#parts;
    const claims = this.#inFlight.underWay;
    if (claims.length === 0) return;
    await renewLeases(ctx.db, issue.id, claims, leaseMs).catch((error: unknown) =>
      ctx.observe({ kind: 'failed', what: 'lease', error }),
    );
  }

  /** The first error stops the delivery. */
  async #failing(work: () => Promise<void>): Promise<void> {
    await work().catch((error: unknown) => this.#failure.abort(error));
  }

  async #sleepUntil(instant: number): Promise<void> {
    const ms = Math.ceil(instant - performance.now());
    if (ms > 0) await sleep(ms, this.#stop);
  }

  /** Waits so long, or until an answer is recorded. */
  async #waitForAnswer(ms: number): Promise<void> {
    const recorded = new AbortController();
    void this.#inFlight.fewer.then(() => recorded.abort());
    await sleep(ms, AbortSignal.any([this.#stop, recorded.signal]));
  }
}

const isEmpty = ({ recipients }: ClaimedBatch) => recipients.length === 0;

const toNobody = Promise.resolve<BatchOutcome>({ kind: 'submitted', ids: [], rejected: [] });

function observeAnswer(ctx: PipelineContext, issue: IssueRow, { claim, outcome }: Answered): void {
  const submitted = outcome.kind === 'submitted';
  ctx.observe({
    kind: 'batch-answered',
    week: issue.week,
    batch: claim.no,
    attempt: claim.attempts,
    outcome: outcome.kind,
    submitted: submitted ? outcome.ids.filter((id) => id !== null).length : 0,
    rejected: submitted ? outcome.rejected.length : 0,
    reason: submitted ? null : outcome.reason,
  });
}
