import type { Db } from '../db/client.ts';
import { hasMailEvents } from '../db/queries/sending/mail-events.ts';
import { type Diagnosis, fault, good, note } from '../domain/diagnosis.ts';

/** Whether reports of bounces and complaints arrive. */
export async function checkWebhooks(db: Db, secretSet: boolean, publicUrl: string): Promise<Diagnosis> {
  const endpoint = `${publicUrl}/webhooks/resend`;
  if (!secretSet) {
    return fault(
      'Webhooks',
      'RESEND_WEBHOOK_SECRET is not set, so bounces and complaints are not received',
      `In Resend’s dashboard, add a webhook for the email events to ${endpoint}; then set RESEND_WEBHOOK_SECRET to its secret.`,
    );
  }
  if (await hasMailEvents(db)) return good('Webhooks', 'events are arriving');
  return note(
    'Webhooks',
    'no event has arrived yet',
    `Check in Resend’s dashboard that the webhook to ${endpoint} is enabled.`,
  );
}
