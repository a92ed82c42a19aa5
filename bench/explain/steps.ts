import { sql } from 'drizzle-orm';
import type { Tx } from '../../src/db/client.ts';
import { readOverdueSlots, readStalledIssues } from '../../src/db/queries/issue/alarms.ts';
import { listIssues } from '../../src/db/queries/issue/list-issues.ts';
import {
  type ClaimedBatch,
  expireUnanswered,
  nextClaimInMs,
  releaseUnposted,
} from '../../src/db/queries/sending/claims.ts';
import { cutFutureTimes } from '../../src/db/queries/sending/future-times.ts';
import { releaseClaims, renewLeases } from '../../src/db/queries/sending/leases.ts';
import { countUnfinished, ledgerTotals, readWaitingBatches } from '../../src/db/queries/sending/ledger.ts';
import { readMailEventTotals } from '../../src/db/queries/sending/mail-events.ts';
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
import { pruneSteps } from './prune-steps.ts';
import { readerSteps } from './reader-steps.ts';
import { claim, recipients, type Step } from './step.ts';

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
      name: 'renew leases',
      run: async (observed, tx) => {
        const claims = await claim(tx, issueId);
        await renewLeases(observed, issueId, claims, 25_000);
        return claims.length;
      },
    },
    {
      name: 'give claims back',
      run: async (observed, tx) => {
        const claims = await claim(tx, issueId);
        await releaseClaims(observed, issueId, claims);
        return claims.length;
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
      name: 'alarms',
      run: async (tx) =>
        (await readStalledIssues(tx, stalledAfterMs)).length + (await readOverdueSlots(tx, now)).length,
      isAggregate: true,
    },
    { name: 'list of issues', run: async (tx) => (await listIssues(tx)).length, isAggregate: true },
    ...readerSteps(issueId, reader),
    ...pruneSteps(issueId, reader),
  ];
}
