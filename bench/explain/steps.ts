import { sql } from 'drizzle-orm';
import type { Tx } from '../../src/db/client.ts';
import { skipUnattempted, weeksStillPosting } from '../../src/db/queries/audience/erasure.ts';
import { readSubscriberHistory } from '../../src/db/queries/audience/subscriber-history.ts';
import { unsubscribeByTokens } from '../../src/db/queries/audience/subscriptions.ts';
import { insertReportedSuppressions } from '../../src/db/queries/audience/suppressions.ts';
import { readOverdueSlots, readStalledIssues } from '../../src/db/queries/issue/alarms.ts';
import { listIssues } from '../../src/db/queries/issue/list-issues.ts';
import {
  type ClaimedBatch,
  claimBatches,
  expireUnanswered,
  nextClaimInMs,
  releaseUnposted,
} from '../../src/db/queries/sending/claims.ts';
import { cutFutureTimes } from '../../src/db/queries/sending/future-times.ts';
import { countUnfinished, ledgerTotals, readWaitingBatches } from '../../src/db/queries/sending/ledger.ts';
import { insertMailEvents, readMailEventTotals } from '../../src/db/queries/sending/mail-events.ts';
import { readMissing } from '../../src/db/queries/sending/missing.ts';
import {
  findUnresolvedRecipients,
  readIssuesWithUnresolved,
  readUnresolved,
  settleFromMailEvents,
  settleFromSentLog,
} from '../../src/db/queries/sending/reconcile.ts';
import {
  recordBodies,
  settleRetry,
  settleSubmitted,
  settleWaiting,
} from '../../src/db/queries/sending/settlements.ts';
import { stalledAfterMs } from '../../src/domain/sending/alarm.ts';
import { now } from '../support/context.ts';
import { emailOf, tokenOf } from '../support/prepare-issue.ts';

export interface Step {
  readonly name: string;
  /**
   * Explains what it runs on `observed`; prepares on `tx`. Returns how many rows its caller gets, or for how many it
   * decides something.
   */
  readonly run: (observed: Tx, tx: Tx) => Promise<number>;
  /** It sums up many rows, so it may read many. */
  readonly isAggregate?: true;
}

const atMost = 8;
const claim = (tx: Tx, issueId: number) => claimBatches(tx, issueId, { leaseMs: 25_000, at: now, atMost });
const recipients = (claims: readonly ClaimedBatch[]) => claims.flatMap((one) => one.recipients);

/** Claims batches, one of which has no answer. */
async function claimWithoutAnswer(tx: Tx, issueId: number): Promise<readonly ClaimedBatch[]> {
  const claims = await claim(tx, issueId);
  const bodies = claims.map((one) => ({ ...one, sha256: '' }));
  await recordBodies(tx, issueId, bodies);
  const [first] = claims;
  if (first !== undefined) await settleWaiting(tx, first, 'unknown', '');
  return claims;
}

async function openBatches(tx: Tx): Promise<number> {
  const { rows } = await tx.execute<{ n: number }>(
    sql`select count(*)::int as n from batches where status in ('pending', 'submitting')`,
  );
  return rows[0]?.n ?? 0;
}

async function deliveriesOf(tx: Tx, reader: number): Promise<number> {
  const { rows } = await tx.execute<{ n: number }>(
    sql`select count(*)::int as n from deliveries where subscriber_id = ${reader} and issue_id in (select id from issues)`,
  );
  return rows[0]?.n ?? 0;
}

/** What a week runs, of an issue that is being sent. */
export function weeklySteps(issueId: number, readers: number): readonly Step[] {
  const reader = Math.ceil(readers / 2);
  return [
    { name: 'claim', run: async (tx) => recipients(await claim(tx, issueId)).length },
    {
      name: 'record',
      run: async (observed, tx) => {
        const bodies = (await claim(tx, issueId)).map((one) => ({ ...one, sha256: '' }));
        return (await recordBodies(observed, issueId, bodies)).size;
      },
    },
    {
      name: 'settle',
      run: async (observed, tx) => {
        const accepted = (await claim(tx, issueId)).map((one) => ({ ...one, ids: [], rejected: [] }));
        return (await settleSubmitted(observed, issueId, accepted)).size;
      },
    },
    {
      name: 'settle, to be tried again',
      run: async (observed, tx) => {
        for (const one of await claim(tx, issueId)) await settleRetry(observed, one, '', 0, false);
        return 1;
      },
    },
    {
      name: 'time of the next claim',
      run: (tx) => nextClaimInMs(tx, issueId).then(() => 1),
      isAggregate: true,
    },
    {
      name: 'release and expire',
      run: async (observed, tx) => {
        await cutFutureTimes(observed, now);
        await releaseUnposted(observed, issueId);
        await expireUnanswered(observed, issueId);
        return openBatches(tx);
      },
    },
    { name: 'finish', run: (tx) => countUnfinished(tx, issueId).then(() => 1), isAggregate: true },
    { name: 'status', run: (tx) => ledgerTotals(tx, issueId).then(() => 1), isAggregate: true },
    { name: 'status, events', run: async (tx) => Object.keys(await readMailEventTotals(tx, issueId)).length },
    {
      name: 'status, waiting batches',
      run: async (observed, tx) => {
        await claimWithoutAnswer(tx, issueId);
        return (await readWaitingBatches(observed, issueId, 20)).length;
      },
    },
    {
      name: 'issues with unresolved batches',
      run: async (observed, tx) => {
        await claimWithoutAnswer(tx, issueId);
        return (await readIssuesWithUnresolved(observed)).length;
      },
    },
    {
      name: 'unresolved batches',
      run: async (observed, tx) => {
        await claimWithoutAnswer(tx, issueId);
        return (await readUnresolved(observed, issueId, 'unanswered')).length;
      },
    },
    {
      name: 'reconcile, from mail events',
      run: async (observed, tx) => {
        const [first] = await claimWithoutAnswer(tx, issueId);
        await settleFromMailEvents(observed, issueId, '');
        return first?.recipients.length ?? 0;
      },
    },
    {
      name: 'reconcile, from the sent log',
      run: async (observed, tx) => {
        const [first] = await claimWithoutAnswer(tx, issueId);
        const sent = first?.recipients ?? [];
        const addresses = sent.map(({ email }) => email.toLowerCase());
        await findUnresolvedRecipients(observed, issueId, 'unanswered', addresses);
        const ids = new Map(sent.map(({ subscriberId }) => [subscriberId, 'id'] as const));
        await settleFromSentLog(observed, issueId, first?.no ?? 0, 'unanswered', ids, {
          note: '',
          refusal: '',
        });
        return sent.length;
      },
    },
    {
      name: 'send to missing',
      run: async (tx) => {
        await readMissing(tx, issueId, now);
        return readers / 100;
      },
    },
    {
      name: 'store mail events',
      run: async (observed, tx) => {
        const [first] = await claim(tx, issueId);
        const events = recipients(first === undefined ? [] : [first]).map(({ subscriberId, email }) => ({
          eventId: `msg_${subscriberId}`,
          type: 'soft_bounced' as const,
          at: now,
          providerId: 'id',
          tagged: { issueId, batchNo: first?.no ?? 0, subscriberId },
          address: email,
          detail: null,
          suppresses: null,
        }));
        const { stored } = await insertMailEvents(observed, events);
        return stored.length;
      },
    },
    {
      name: 'soft bounces',
      run: async (observed, tx) => {
        await insertReportedSuppressions(observed, [], [reader], { bounces: 3, issues: 5 });
        return deliveriesOf(tx, reader);
      },
    },
    {
      name: 'unsubscribe',
      run: async (tx) => (await unsubscribeByTokens(tx, [tokenOf(reader)], now)).length,
    },
    {
      name: 'erase',
      run: async (observed, tx) => {
        await skipUnattempted(observed, reader);
        await weeksStillPosting(observed, reader);
        return deliveriesOf(tx, reader);
      },
    },
    {
      name: 'one subscriber',
      run: async (tx) => (await readSubscriberHistory(tx, emailOf(reader)))?.issues.length ?? 0,
    },
    {
      name: 'alarms',
      run: async (tx) =>
        (await readStalledIssues(tx, stalledAfterMs)).length + (await readOverdueSlots(tx, now)).length,
      isAggregate: true,
    },
    { name: 'list of issues', run: async (tx) => (await listIssues(tx)).length, isAggregate: true },
  ];
}
