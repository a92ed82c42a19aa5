import { domainToASCII } from 'node:url';

/** A parsed address; the only way to get one is `parseEmailAddress`. */
export type EmailAddress = string & { readonly __brand: 'EmailAddress' };

export type EmailAddressFault = 'empty' | 'too long' | 'not an address';

const localPart = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
const domainPart = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * RFC 5321 mailbox, dot-atom form, ASCII local part (providers refuse SMTPUTF8); internationalised domains
 * become Punycode (RFC 5891), the domain becomes lower case, the local part is kept as typed.
 */
export function parseEmailAddress(text: string): EmailAddress | { fault: EmailAddressFault } {
  const trimmed = text.trim();
  if (trimmed === '') return { fault: 'empty' };
  if (trimmed.length > 320) return { fault: 'too long' };
  const at = trimmed.lastIndexOf('@');
  const local = trimmed.slice(0, at);
  const typed = trimmed.slice(at + 1);
  // domainToASCII reads a URL's host: it would drop line breaks and paths, and decode "%61".
  const domain = /[\s/\\?#%]/.test(typed) ? '' : domainToASCII(typed);
  if (at < 1 || !localPart.test(local) || !domainPart.test(domain)) return { fault: 'not an address' };
  if (local.length > 64 || local.length + domain.length + 1 > 254) return { fault: 'too long' };
  return `${local}@${domain}` as EmailAddress;
}
