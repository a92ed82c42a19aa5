import type { Db } from '../../db/client.ts';
import { suppressAddresses } from '../../db/queries/audience/suppressions.ts';
import type { EmailAddress } from '../../domain/audience/email-address.ts';

/** Never mail this address again, whatever its subscriber's state. Doing it twice keeps the first reason. */
export async function suppressByHand(db: Db, email: EmailAddress, detail: string): Promise<void> {
  await suppressAddresses(db, [{ email, reason: 'manual', detail }]);
}
