import { Webhook } from 'standardwebhooks';
import type { MailEvent, ReadWebhook } from '../../domain/sending/mail-event.ts';
import { toMailEvent } from './webhook-event.ts';

const idPattern = /^[\x21-\x7e]{1,200}$/;

/**
 * Webhooks of https://resend.com/docs/webhooks, signed by Svix over id, time and raw body: verified before
 * anything is read, and refused when older or newer than five minutes (on the system's clock). The key is in the secret alone, so a
 * process that takes webhooks needs no API key.
 */
export function resendWebhooks(secret: string): ReadWebhook {
  const webhook = new Webhook(secret);
  return (rawBody, { id, timestamp, signature }): MailEvent | null => {
    if (!idPattern.test(id)) return null;
    try {
      const payload = webhook.verify(rawBody, {
        'webhook-id': id,
        'webhook-timestamp': timestamp,
        'webhook-signature': signature,
      });
      return toMailEvent(id, payload, new Date(Number.parseInt(timestamp, 10) * 1_000));
    } catch {
      // A wrong signature, or a signed body that is no JSON: nothing to be had from either.
      return null;
    }
  };
}
