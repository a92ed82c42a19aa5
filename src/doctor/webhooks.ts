import type { Db } from '../db/client.ts';
import { hasMailEvents } from '../db/queries/sending/mail-events.ts';
import { type Diagnosis, fault, good, note } from '../domain/diagnosis.ts';

/** Whether bounces and complaints reach us. */
export async function checkWebhooks(db: Db, secretSet: boolean, publicUrl: string): Promise<Diagnosis> {
  const endpoint = `${publicUrl}/webhooks/resend`;
  if (!secretSet) {
    return fault(
      'Webhooks',
      'no secret: bounces and complaints are not heard of',
      `Add a webhook to ${endpoint} at Resend for the email events, and set RESEND_WEBHOOK_SECRET.`,
    );
  }
  if (await hasMailEvents(db)) return good('Webhooks', 'events come in');
  return note('Webhooks', 'no event so far', `See at Resend that the webhook to ${endpoint} is enabled.`);
}
