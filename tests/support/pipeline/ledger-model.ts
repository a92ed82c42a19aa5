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
  'accepts, but its answer is lost',
  'never gets the request',
  'answers that it did nothing',
  'rejects the batch',
  'rejects the first',
  'rejects half, through no fault of the recipients',
  'holds the issue',
  'answers something unexpected',
] as const;
export type Answer = (typeof answers)[number];

/** A provider with idempotency keys, and a record of what it did. */
class Provider {
  /** By key: the body, the readers it was accepted for, and the outcome. */
  readonly accepted = new Map<string, { body: string; accepted: readonly number[]; outcome: BatchOutcome }>();
  /** By reader: the keys of all requests that included the reader. */
  readonly keysOf = new Map<number, Set<string>>();

  post(key: string, body: string, readers: readonly number[], answer: Answer): BatchOutcome {
    for (const reader of readers) this.keysOf.set(reader, (this.keysOf.get(reader) ?? new Set()).add(key));
    const before = this.accepted.get(key);
    if (before !== undefined) {
      return before.body === body ? before.outcome : { kind: 'unknown', reason: 'another body' };
    }
    const reason = answer;
    const accept = (rejected: number, aboutRecipient: boolean): BatchOutcome => {
      const outcome: BatchOutcome = {
        kind: 'submitted',
        ids: readers.map((reader, index) => (index < rejected ? null : `id-${key}-${reader}`)),
        rejected: readers.slice(0, rejected).map((_, index) => ({ index, reason, aboutRecipient })),
      };
      this.accepted.set(key, { body, accepted: readers.slice(rejected), outcome });
      return outcome;
    };
    switch (answer) {
      case 'accepts':
        return accept(0, true);
      case 'accepts, but its answer is lost':
        accept(0, true);
        return { kind: 'retry', reason, afterMs: 0, attempted: true };
      case 'never gets the request':
        return { kind: 'retry', reason, afterMs: 0, attempted: true };
      case 'answers that it did nothing':
        return { kind: 'retry', reason, afterMs: 0, attempted: false };
      case 'rejects the batch':
        return { kind: 'refused', reason, aboutRecipient: true };
      case 'rejects the first':
        return accept(Math.min(1, readers.length), true);
      case 'rejects half, through no fault of the recipients':
        return accept(Math.ceil(readers.length / 2), false);
      case 'holds the issue':
        return { kind: 'hold-issue', reason, attempted: false };
      case 'answers something unexpected':
        return { kind: 'hold-batch', reason };
    }
  }

  timesAccepted(reader: number): number {
    return [...this.accepted.values()].filter(({ accepted }) => accepted.includes(reader)).length;
  }
}

interface Posted {
  readonly claim: ClaimedBatch;
  readonly outcome: BatchOutcome;
}

/** A frozen issue. A test decides, step by step, what its workers, its provider and its readers do. */
export class LedgerModel {
  readonly provider = new Provider();
  /** Answers that no worker has recorded yet; the worker may still do so, or be dead. */
  readonly unrecorded: Posted[] = [];
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

  /** Freezes the pipeline's issue again, in batches of `batchSize`. */
  static async start(pipeline: TestPipeline, batchSize: number): Promise<LedgerModel> {
    const { id, uid, audience } = await storedIssue(pipeline.db);
    await pipeline.db.transaction(async (tx) => {
      await tx.execute(sql`delete from deliveries`);
      await tx.execute(sql`delete from batches`);
      await tx.execute(sql`update subscribers set status = 'confirmed'`);
      await tx.execute(
        sql`update issues set status = 'sending', held_kind = null, held_reason = null, finished_at = null`,
      );
      await insertDeliveries(tx, id, { at: tuesday, mayLeaveByMail: false });
      await tx.execute(sql`delete from batches`);
      await tx.execute(sql`
        update deliveries set batch_no = (position - 1) / ${batchSize}::int + 1, position = (position - 1) % ${batchSize}::int + 1`);
      await tx.execute(sql`
        insert into batches (issue_id, no, count) select ${id}, batch_no, count(*) from deliveries group by batch_no`);
    });
    return new LedgerModel(pipeline, { id, uid }, audience ?? 0);
  }

  /** A worker claims a batch and posts it, as `deliverIssue` does. Returns false when there is nothing to claim. */
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
      this.unrecorded.push({ claim, outcome: { kind: 'submitted', ids: [], rejected: [] } });
    } else if (claim.bodySha256 !== null && claim.bodySha256 !== body) {
      await settleWaiting(db, claim, 'held', 'another body');
    } else {
      const key = idempotencyKey(this.#issue, claim.no);
      const postedBefore = readers.some((reader) => this.provider.keysOf.get(reader)?.has(key));
      const gone = readers.filter((reader) => this.#left.has(reader));
      if (!postedBefore && gone.length > 0) throw new Error(`posted to ${gone}, who had left`);
      this.unrecorded.push({ claim, outcome: this.provider.post(key, body, readers, answer) });
    }
    return true;
  }

  /** A worker records the oldest or the newest answer; nothing changes if it has lost its lease. */
  async record(newest: boolean): Promise<void> {
    const posted = newest ? this.unrecorded.pop() : this.unrecorded.shift();
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

  /** Broken promises so far, in words; empty when all is well. */
  async faults(): Promise<string[]> {
    const { audience: _, ...parts } = await ledgerTotals(this.#pipeline.db, this.#issue.id);
    const sum = Object.values(parts).reduce((a, b) => a + b, 0);
    const faults = sum === this.#audience ? [] : [`does not balance: ${JSON.stringify(parts)}`];
    for (const [reader, keys] of this.provider.keysOf) {
      const times = this.provider.timesAccepted(reader);
      if (times > 1) faults.push(`reader ${reader} was mailed ${times} times`);
      for (const key of [...keys].slice(0, -1))
        if (this.provider.accepted.get(key)?.accepted.includes(reader))
          faults.push(`reader ${reader} was posted again after ${key} was accepted`);
    }
    return faults;
  }
}

const bodyOf = (claim: ClaimedBatch) =>
  createHash('sha256').update(JSON.stringify(claim.recipients)).digest('hex');
