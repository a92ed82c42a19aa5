import { type Fault, fault } from '../fault.ts';

/** Against what readers ask for. */
export const audienceFaults: readonly Fault[] = [
  fault(
    'leaving is noted, and the subscription goes on',
    'src/db/queries/audience/subscriptions.ts',
    "update subscribers set status = 'unsubscribed', unsubscribed_at = ${at}, paused_until = null",
    'update subscribers set unsubscribed_at = ${at}, paused_until = null',
  ),
  fault(
    'an import brings back who left',
    'src/db/queries/audience/subscriber-import.ts',
    "where subscribers.status = 'pending'\n      returning 1)",
    "where subscribers.status <> 'confirmed'\n      returning 1)",
  ),
  fault(
    'a bounce is stored, and nobody is suppressed',
    'src/audience/suppression/suppress.ts',
    'if (reports.length === 0 && softBounced.length === 0 && excused.length === 0) return 0;',
    'if (reports.length >= 0 && softBounced.length === 0 && excused.length === 0) return 0;',
  ),
  fault(
    'erasing forgets the ledger',
    'src/db/queries/audience/erasure.ts',
    'where issue_id in (select id from issues) and subscriber_id = ${subscriberId}`);',
    'where issue_id in (select id from issues) and subscriber_id = -1 and ${subscriberId}::bigint is not null`);',
  ),
];
