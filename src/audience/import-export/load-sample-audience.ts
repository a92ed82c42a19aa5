import type { Db } from '../../db/client.ts';
import { countSubscribersExcept, insertSubscribers } from '../../db/queries/audience/subscribers.ts';
import { suppressAddresses } from '../../db/queries/audience/suppressions.ts';
import { newReaderToken } from '../../domain/audience/subscriber.ts';
import { done, type Result, refuse } from '../../domain/refusal.ts';
import type { SampleSubscriber } from '../../sample/subscribers.ts';

/**
 * Adds the sample people, for the demo. Refuses a database with other subscribers: sample readers do not belong in a
 * real audience. Running it twice adds nobody the second time.
 */
export async function loadSampleAudience(
  db: Db,
  people: readonly SampleSubscriber[],
  at: Date,
): Promise<Result<{ readonly added: number }>> {
  return db.transaction(async (tx) => {
    const others = await countSubscribersExcept(
      tx,
      people.map((person) => person.email),
    );
    if (others > 0) {
      return refuse(
        `The demo needs its own data folder: this database has ${others} subscriber(s) of yours. Run: DATA_DIR=.demo npm run demo`,
      );
    }
    const added = await insertSubscribers(
      tx,
      people.map(({ email, status }) => ({
        email,
        status,
        readerToken: newReaderToken(),
        consentSource: 'sample data',
        consentedAt: at,
        confirmedAt: status === 'pending' ? null : at,
        unsubscribedAt: status === 'unsubscribed' ? at : null,
      })),
    );
    const suppressed = people.filter((person) => person.suppressed !== undefined);
    await suppressAddresses(
      tx,
      suppressed.map(({ email, suppressed: reason }) => ({
        email,
        reason: reason ?? 'manual',
        detail: 'sample data',
      })),
    );
    return done({ added });
  });
}
