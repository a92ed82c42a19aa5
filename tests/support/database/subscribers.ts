import type { Db } from '../../../src/db/client.ts';
import { insertSubscribers } from '../../../src/db/queries/audience/subscribers.ts';
import { newReaderToken, type SubscriberStatus } from '../../../src/domain/audience/subscriber.ts';

/** Adds `count` subscribers, `reader-1@readers.example` and so on. */
export async function addReaders(
  db: Db,
  count: number,
  status: SubscriberStatus = 'confirmed',
): Promise<void> {
  const at = new Date('2026-01-05T12:00:00Z');
  await insertSubscribers(
    db,
    Array.from({ length: count }, (_, index) => ({
      email: `${status === 'confirmed' ? 'reader' : status}-${index + 1}@readers.example`,
      status,
      readerToken: newReaderToken(),
      consentSource: 'test',
      confirmedAt: status === 'pending' ? null : at,
    })),
  );
}
