import { skipUnattempted, weeksStillPosting } from '../../src/db/queries/audience/erasure.ts';
import { readSubscriberHistory } from '../../src/db/queries/audience/subscriber-history.ts';
import { unsubscribeByTokens } from '../../src/db/queries/audience/subscriptions.ts';
import { insertReportedSuppressions } from '../../src/db/queries/audience/suppressions.ts';
import { insertMailEvents } from '../../src/db/queries/sending/mail-events.ts';
import { now } from '../support/context.ts';
import { emailOf, tokenOf } from '../support/prepare-issue.ts';
import { claim, deliveriesOf, recipients, type Step } from './step.ts';

/** What is reported of readers, and what they and the editors ask for. */
export function readerSteps(issueId: number, reader: number): readonly Step[] {
  return [
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
  ];
}
