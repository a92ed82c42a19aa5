import { redactAddresses } from '../../domain/redact.ts';

/**
 * A provider's message, safe to store and log: without addresses, since it may repeat recipients, and without control
 * characters, and cut to a sentence or two.
 */
export function redactedReason(message: string): string {
  const plain = redactAddresses(message)
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim();
  // The cut may split a surrogate pair, and PostgreSQL refuses half of one in JSON.
  return (plain.length <= 300 ? plain : `${plain.slice(0, 299).trimEnd()}…`).toWellFormed();
}

/** What a refusal is about: one recipient, a setting of ours (named), or unclear. */
export type Cause =
  | { readonly about: 'recipient' | 'unclear' }
  | { readonly about: 'setting'; readonly setting: string };

const toField = /[`'"]to[`'"]/;
const otherField = /[`'"](from|reply_to|subject|html|text|headers|tags|template)[`'"]/;

/** The first match wins. `RESEND_DELIVERY` stands for the issue's template at Resend. */
const settings: readonly (readonly [RegExp, string])[] = [
  [/api key/i, 'RESEND_API_KEY'],
  [/template|\bvariables?\b/i, 'RESEND_DELIVERY'],
  [/reply[_-]to/i, 'MAIL_REPLY_TO'],
  [
    /[`'"]from[`'"]|\bfrom (field|address)\b|\bsender\b|domain is not verified|verify (a|your) domain/i,
    'MAIL_FROM',
  ],
];

const aboutRecipient = /\bto (field|address)\b|[\].]to\b|\brecipient\b|\bsuppress|opted out/i;

/**
 * Reads an error message. Addresses must be redacted first: otherwise an address such as `template@…` would look like
 * a setting. An unclear message is not about the recipient, because holding the issue does less harm than recording a
 * reader as rejected.
 */
export function causeOf(redacted: string): Cause {
  if (toField.test(redacted) && !otherField.test(redacted)) return { about: 'recipient' };
  const setting = settings.find(([pattern]) => pattern.test(redacted))?.[1];
  if (setting !== undefined) return { about: 'setting', setting };
  return { about: aboutRecipient.test(redacted) ? 'recipient' : 'unclear' };
}
