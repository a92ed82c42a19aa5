import { createHash } from 'node:crypto';
import { sql } from 'drizzle-orm';
import type { ClaimedBatch } from '../../../src/db/queries/sending/claims.ts';
import { insertDeliveries } from '../../../src/db/queries/sending/freeze.ts';
import { ledgerTotals } from '../../../src/db/queries/sending/ledger.ts';
import { recordBodies, settleWaiting } from '../../../src/db/queries/sending/settlements.ts';
import { idempotencyKey } from '../../../src/domain/sending/delivery.ts';
import type { BatchOutcome } from '../../../src/domain/sending/outcome.ts';
import { issueStatus } from '../../../src/pipeline/report/issue-status.ts';
import { claimBatch, settleBatch } from './claim-batch.ts';
import { storedIssue } from './compose.ts';
import { type TestPipeline, tuesday, week } from './test-pipeline.ts';

export const answers = [
  'accepts',
  'accepts, but the answer is lost',
  'never hears of it',
  'surely did nothing',
  'refuses the batch',
  'rejects the first',
  'rejects half for a reason of ours',
  'holds the issue',
  'gives an odd answer',
] as const;
export type Answer = (typeof answers)[number];

/** What a provider with idempotency keys knows, and what it did. */
class Provider {
  /** Key → the body taken under it, the readers accepted with it, and what was answered. */
  readonly taken = new Map<string, { body: string; accepted: readonly number[]; outcome: BatchOutcome }>();
  /** Keys under which somebody was ever posted, by reader. */
  readonly keysOf = new Map<number, Set<string>>();

  post(key: string, body: string, readers: readonly number[], answer: Answer): BatchOutcome {
    for (const reader of readers) this.keysOf.set(reader, (this.keysOf.get(reader) ?? new Set()).add(key));
    const before = this.taken.get(key);
    if (before !== undefined) {
      return before.body === body ? before.outcome : { kind: 'unknown', reason: 'another body' };
    }
    const reason = answer;
    const take = (rejected: number, aboutRecipient: boolean): BatchOutcome => {
      const outcome: BatchOutcome = {
        kind: 'submitted',
        ids: readers.map((reader, index) => (index < rejected ? null : `id-${key}-${reader}`)),
        rejected: readers.slice(0, rejected).map((_, index) => ({ index, reason, aboutRecipient })),
      };
      this.taken.set(key, { body, accepted: readers.slice(rejected), outcome });
      return outcome;
    };
    switch (answer) {
      case 'accepts':
        return take(0, true);
      case 'accepts, but the answer is lost':
        take(0, true);
        return { kind: 'retry', reason, afterMs: 0, attempted: true };
      case 'never hears of it':
        return { kind: 'retry', reason, afterMs: 0, attempted: true };
      case 'surely did nothing':
        return { kind: 'retry', reason, afterMs: 0, attempted: false };
      case 'refuses the batch':
        return { kind: 'refused', reason, aboutRecipient: true };
      case 'rejects the first':
        return take(Math.min(1, readers.length), true);
      case 'rejects half for a reason of ours':
        return take(Math.ceil(readers.length / 2), false);
      case 'holds the issue':
        return { kind: 'hold-issue', reason, attempted: false };
      case 'gives an odd answer':
        return { kind: 'hold-batch', reason };
    }
  }

  timesAccepted(reader: number): number {
    return [...this.taken.values()].filter(({ accepted }) => accepted.includes(reader)).length;
  }
}

interface Posted {
  readonly claim: ClaimedBatch;
  readonly outcome: BatchOutcome;
}

/** A frozen issue whose workers, provider and readers do what a test tells them, one step at a time. */
export class LedgerModel {
  readonly provider = new Provider();
  /** Posted, not yet booked: the worker may still book it, or be dead. */
  readonly unbooked: Posted[] = [];
  readonly #pipeline: TestPipeline;
  readonly #issue: { readonly id: number; readonly uid: string };
  readonly #audience: number;
  readonly #left = new Set<number>();

  private constructor(
    pipeline: TestPipeline,
    issue: { readonly id: number; readonly uid: string },
    audience: number,
  ) {
    this.#pipeline = pipeline;
    this.#issue = issue;
    this.#audience = audience;
  }

  /** Freezes the pipeline's issue anew, in batches of `batchSize`. */
  static async start(pipeline: TestPipeline, batchSize: number): Promise<LedgerModel> {
    const { id, uid, audience } = await storedIssue(pipeline.db);
    await pipeline.db.transaction(async (tx) => {
      await tx.execute(sql`delete from deliveries`);
      await tx.execute(sql`delete from batches`);
      await tx.execute(sql`update subscribers set status = 'confirmed'`);
      await tx.execute(sql`update issues set status = 'sending', held_reason = null, finished_at = null`);
      await insertDeliveries(tx, id, tuesday);
      await tx.execute(sql`delete from batches`);
      await tx.execute(sql`
        update deliveries set batch_no = (position - 1) / ${batchSize}::int + 1, position = (position - 1) % ${batchSize}::int + 1`);
      await tx.execute(sql`
        insert into batches (issue_id, no, count) select ${id}, batch_no, count(*) from deliveries group by batch_no`);
    });
    return new LedgerModel(pipeline, { id, uid }, audience ?? 0);
  }

  /** A worker claims and posts, as `deliverIssue` does, and keeps the answer. False when nothing can be claimed. */
  async claimAndPost(answer: Answer): Promise<boolean> {
    const { db } = this.#pipeline;
    const claim = await db.transaction(async (tx) => {
      const claimed = await claimBatch(tx, this.#issue.id, { leaseMs: 60_000, at: tuesday });
      if (claimed?.bodySha256 === null && claimed.recipients.length > 0)
        await recordBodies(tx, claimed.issueId, [{ ...claimed, sha256: bodyOf(claimed) }]);
      return claimed;
    });
    if (claim === null) return false;
    const readers = claim.recipients.map((recipient) => recipient.subscriberId);
    const body = bodyOf(claim);
    if (readers.length === 0) {
      this.unbooked.push({ claim, outcome: { kind: 'submitted', ids: [], rejected: [] } });
    } else if (claim.bodySha256 !== null && claim.bodySha256 !== body) {
      await settleWaiting(db, claim, 'held', 'another body');
    } else {
      const key = idempotencyKey(this.#issue, claim.no);
      const postedBefore = readers.some((reader) => this.provider.keysOf.get(reader)?.has(key));
      const gone = readers.filter((reader) => this.#left.has(reader));
      if (!postedBefore && gone.length > 0) throw new Error(`posted to ${gone}, who had left`);
      this.unbooked.push({ claim, outcome: this.provider.post(key, body, readers, answer) });
    }
    return true;
  }

  /** Books an answer, the oldest or the newest; whoever lost the lease meanwhile books nothing. */
  async book(newest: boolean): Promise<void> {
    const posted = newest ? this.unbooked.pop() : this.unbooked.shift();
    if (posted !== undefined) await settleBatch(this.#pipeline, posted.claim, posted.outcome);
  }

  async unsubscribe(nth: number): Promise<void> {
    const { rows } = await this.#pipeline.db.execute<{ id: string }>(sql`
      update subscribers set status = 'unsubscribed'
      where id = (select id from subscribers order by id offset ${nth} limit 1) returning id`);
    for (const { id } of rows) this.#left.add(Number(id));
  }

  async expireLeases(): Promise<void> {
    await this.#pipeline.db.execute(
      sql`update batches set lease_until = clock_timestamp() - interval '1 ms' where status = 'submitting'`,
    );
  }

  async report() {
    const status = await issueStatus(this.#pipeline, week);
    if (!status.ok) throw new Error(status.message);
    return status.report;
  }

  /** What is wrong with what happened so far; empty when all is well. */
  async faults(): Promise<string[]> {
    const { audience: _, ...parts } = await ledgerTotals(this.#pipeline.db, this.#issue.id);
    const sum = Object.values(parts).reduce((a, b) => a + b, 0);
    const faults = sum === this.#audience ? [] : [`does not balance: ${JSON.stringify(parts)}`];
    for (const [reader, keys] of this.provider.keysOf) {
      const times = this.provider.timesAccepted(reader);
      if (times > 1) faults.push(`reader ${reader} was mailed ${times} times`);
      for (const key of [...keys].slice(0, -1))
        if (this.provider.taken.get(key)?.accepted.includes(reader))
          faults.push(`reader ${reader} was posted again after ${key} had been accepted`);
    }
    return faults;
  }
}

const bodyOf = (claim: ClaimedBatch) =>
  createHash('sha256').update(JSON.stringify(claim.recipients)).digest('hex');
