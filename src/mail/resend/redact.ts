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
