import { type Fault, fault } from '../fault.ts';

const claims = 'src/db/queries/sending/claims.ts';
const settlements = 'src/db/queries/sending/settlements.ts';
const delivery = 'src/pipeline/send/delivery.ts';
const settle = 'src/pipeline/send/settle-batches.ts';
const split = 'src/pipeline/send/split-batch.ts';

/** Against "everybody once, and nobody who had left". */
export const sendingFaults: readonly Fault[] = [
  fault(
    'no re-check of consent',
    claims,
    "when s.id is null or s.status <> 'confirmed' then 'unsubscribed'",
    "when false then 'unsubscribed'",
  ),
  fault('no re-check of suppressions', claims, "when x.email is not null then 'suppressed' end", 'end'),
  fault('capitals hide a suppression', claims, 'email = lower(d.email)', 'email = d.email'),
  fault(
    'no re-check of pauses',
    claims,
    "when s.paused_until > ${at} then 'paused'",
    "when s.paused_until > ${at} and false then 'paused'",
  ),
  fault(
    'book before the answer',
    delivery,
    'const outcome = await answer;',
    `const { claim } = request;
      const ids = claim.recipients.map(() => 'early');
      await this.#bookings.add({ claim, outcome: { kind: 'submitted', ids, rejected: [] } });
      const outcome = await answer;`,
  ),
  fault(
    'ignore the token',
    settlements,
    "and status = 'submitting' and token = ${claim.token}::uuid`;",
    "and status = 'submitting' and ${claim.token}::uuid is not null`;",
  ),
  fault(
    'another key at every attempt',
    delivery,
    'const key = idempotencyKey(this.#parts.issue, claim.no);',
    'const key = `${idempotencyKey(this.#parts.issue, claim.no)}-${claim.attempts}`;',
  ),
  fault('retry for as long as it takes', claims, "interval '23 hours'", "interval '300 days'"),
  fault(
    'a lost answer means that nothing happened',
    settle,
    'outcome.reason, afterMs, outcome.attempted);',
    'outcome.reason, afterMs, outcome.attempted && claim.attempts > 9);',
  ),
  fault(
    'an answer that is nonsense counts as accepted',
    settle,
    "await settleWaiting(ctx.db, claim, 'held', outcome.reason);",
    'await settleSubmitted(ctx.db, claim.issueId, [{ ...claim, ids: claim.recipients.map(() => null), rejected: [] }]);',
  ),
  fault(
    'rejected recipients count as accepted',
    settle,
    'rejected: rejected.map(({ index, reason }) => ({ subscriberId: subscriberAt(claim, index), reason })),',
    'rejected: rejected.slice(0, 0).map(({ index, reason }) => ({ subscriberId: subscriberAt(claim, index), reason })),',
  ),
  fault(
    'a split batch loses its second half',
    split,
    'const halves = [ids.slice(0, half), ids.slice(half)]',
    'const halves = [ids.slice(0, half), ids.slice(ids.length)]',
  ),
  fault(
    'those rejected for a fault of ours are forgotten',
    split,
    'await moveToNewBatches(tx, claim, [refused], reason);',
    'void refused;',
  ),
  fault(
    'finished with batches still open',
    'src/pipeline/send/finish-issue.ts',
    'if (open > 0) return false;',
    'void open;',
  ),
  fault(
    'finished with outcomes unknown',
    'src/pipeline/send/finish-issue.ts',
    'if (waiting > 0) {',
    'if (waiting > 1_000) {',
  ),
  fault(
    'the audience includes the suppressed',
    'src/db/queries/sending/freeze.ts',
    'and not exists (select from suppressions x where x.email = lower(s.email))',
    '',
  ),
  fault(
    'the audience includes those who paused',
    'src/db/queries/sending/freeze.ts',
    'and (s.paused_until is null or s.paused_until <= ${at})',
    'and (s.paused_until is null or s.paused_until is not null or s.paused_until <= ${at})',
  ),
  fault(
    'resolved the other way round',
    'src/pipeline/recover/resolve-batch.ts',
    "resolution.as === 'submitted'",
    "resolution.as !== 'submitted'",
  ),
  fault(
    'what a dead worker claimed stays claimed',
    claims,
    '(b.lease_until is null or b.lease_until < clock_timestamp())',
    '(b.lease_until is null)',
  ),
];
