import { domainToASCII } from 'node:url';

/** An address that `parseEmailAddress` has accepted. */
export type EmailAddress = string & { readonly __brand: 'EmailAddress' };

export type EmailAddressFault = 'empty' | 'too long' | 'not an address';

const localPart = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
const domainPart = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * Parses an RFC 5321 mailbox in dot-atom form with an ASCII local part (providers refuse SMTPUTF8). The domain becomes
 * lower case, and Punycode if it is internationalised (RFC 5891); the local part stays as typed.
 */
export function parseEmailAddress(text: string): EmailAddress | { fault: EmailAddressFault } {
  const trimmed = text.trim();
  if (trimmed === '') return { fault: 'empty' };
  if (trimmed.length > 320) return { fault: 'too long' };
  const at = trimmed.lastIndexOf('@');
  const local = trimmed.slice(0, at);
  const typed = trimmed.slice(at + 1);
  // domainToASCII parses a URL's host, so it would drop line breaks and paths, and decode "%61".
  const domain = /[\s/\\?#%]/.test(typed) ? '' : domainToASCII(typed);
  if (at < 1 || !localPart.test(local) || !domainPart.test(domain)) return { fault: 'not an address' };
  if (local.length > 64 || local.length + domain.length + 1 > 254) return { fault: 'too long' };
  return `${local}@${domain}` as EmailAddress;
}
