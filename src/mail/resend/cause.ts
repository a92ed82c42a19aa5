/** What a refusal is about: one recipient, a setting of ours (named), or nobody can tell. */
export type Cause =
  | { readonly about: 'recipient' | 'unclear' }
  | { readonly about: 'setting'; readonly setting: string };

const fieldTo = /[`'"]to[`'"]/;
const otherField = /[`'"](from|reply_to|subject|html|text|headers|tags|template)[`'"]/;

/** First match counts. `RESEND_DELIVERY` stands for the issue's template at the provider. */
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
 * Reads a message whose addresses are taken out already, so that nobody's address can pass for a setting.
 * In doubt it is not about the recipient: better a held issue than a reader booked as refused.
 */
export function causeOf(redacted: string): Cause {
  if (fieldTo.test(redacted) && !otherField.test(redacted)) return { about: 'recipient' };
  const setting = settings.find(([pattern]) => pattern.test(redacted))?.[1];
  if (setting !== undefined) return { about: 'setting', setting };
  return { about: aboutRecipient.test(redacted) ? 'recipient' : 'unclear' };
}
