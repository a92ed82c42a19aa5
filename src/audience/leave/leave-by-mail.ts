import { unsubscribeByLeaveToken } from '../../db/queries/audience/subscriptions.ts';
import type { MailEvent } from '../../domain/sending/mail-event.ts';
import type { AudienceContext } from '../context.ts';

/**
 * Ends the subscription of the reader whose mail program wrote to the address in the List-Unsubscribe header
 * (RFC 2369). Any other mail changes nothing, nor does one from before the reader's latest consent, such as an event
 * that is delivered again after the reader came back. The schedule says goodbye.
 */
export async function leaveByMail(
  { db, clock }: Pick<AudienceContext, 'db' | 'clock'>,
  { leaveToken, at: writtenAt }: Pick<MailEvent, 'leaveToken' | 'at'>,
): Promise<void> {
  if (leaveToken !== undefined) await unsubscribeByLeaveToken(db, leaveToken, { writtenAt, at: clock.now() });
}
