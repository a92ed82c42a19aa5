import type { Db } from '../db/client.ts';
import { readLastReports } from '../db/queries/sending/mail-events.ts';
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
  const { lastEvent, lastSend } = await readLastReports(db);
  const fix = `Check in Resend’s dashboard that the webhook to ${endpoint} is enabled, and what it was answered.`;
  if (lastEvent === null) return note('Webhooks', 'no event has arrived yet', fix);
  const last = `the last event is of ${lastEvent.toISOString()}`;
  if (lastSend !== null && lastEvent < lastSend)
    return note('Webhooks', `${last}, and none came since the last send, ${lastSend.toISOString()}`, fix);
  return good('Webhooks', lastSend === null ? last : `${last}, after the last send`);
}
