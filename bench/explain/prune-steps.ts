import { sql } from 'drizzle-orm';
import type { Tx } from '../../src/db/client.ts';
import { forgetSubscribers, lockForgettable } from '../../src/db/queries/audience/forgetting.ts';
import { listIssues } from '../../src/db/queries/issue/list-issues.ts';
import {
  beginPruning,
  clearProviderIds,
  deleteDeliveries,
  deleteEvents,
  readDueIssues,
} from '../../src/db/queries/sending/retention.ts';
import { now } from '../support/context.ts';
import { deliveriesOf, type Step } from './step.ts';

/** As if the issue had been sent to everybody. */
async function finish(tx: Tx, issueId: number): Promise<void> {
  await tx.execute(sql`
    update batches set status = 'submitted', submitted_at = ${now}, first_attempt_at = ${now}, token = null, lease_until = null
    where issue_id = ${issueId} and status in ('pending', 'submitting')`);
  await tx.execute(sql`update issues set status = 'sent', finished_at = ${now} where id = ${issueId}`);
}

/** What is deleted for its age. */
export function pruneSteps(issueId: number, reader: number): readonly Step[] {
  return [
    {
      name: 'issues to prune',
      run: async (observed, tx) => {
        await readDueIssues(observed, { ids: now, events: now, reports: now, deliveries: now });
        return (await listIssues(tx)).length;
      },
    },
    {
      name: 'prune',
      run: async (observed, tx) => {
        await finish(tx, issueId);
        await beginPruning(tx, issueId, 'events', now);
        const rows = [
          await clearProviderIds(observed, issueId),
          await deleteEvents(observed, issueId, 'delivered'),
          await deleteDeliveries(observed, issueId),
        ];
        return Math.max(...rows);
      },
    },
    {
      name: 'forget who left',
      run: async (observed, tx) => {
        await finish(tx, issueId);
        await tx.execute(sql`
          update subscribers set status = 'unsubscribed', unsubscribed_at = '2000-01-01' where id = ${reader}`);
        const found = await lockForgettable(observed, new Date('2001-01-01'));
        const left = found.map(({ id }) => ({ id, addressHash: `hash of ${id}` }));
        const deliveries = await deliveriesOf(tx, reader);
        return (await forgetSubscribers(observed, left, 'a secret', now)) + deliveries;
      },
    },
  ];
}
