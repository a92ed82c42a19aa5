import { domainToASCII } from 'node:url';

/** An address that `parseEmailAddress` has accepted. */
export type EmailAddress = string & { readonly __brand: 'EmailAddress' };

export type UnusableAddress =
  | { readonly fault: 'empty' | 'too long' | 'not an address' }
  /** Nobody sees it. `place` counts characters from 1, `code` is such as U+200B. */
  | { readonly fault: 'hidden character'; readonly place: number; readonly code: string };

const localPart = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
const domainPart = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** Format characters, and others that are shown as nothing: chats and dialogs copy them along with an address. */
const hidden = /[\p{Cf}\p{Default_Ignorable_Code_Point}]/u;
const edges = /^[\s\p{Cf}\p{Default_Ignorable_Code_Point}]+|[\s\p{Cf}\p{Default_Ignorable_Code_Point}]+$/gu;

/** Far more than an address and what a program may have put around it. */
const longestText = 1_000;

/**
 * Parses an RFC 5321 mailbox in dot-atom form with an ASCII local part (providers refuse SMTPUTF8). Spaces and hidden
 * characters around it are dropped. The domain becomes lower case, and Punycode if it is internationalised (RFC 5891);
 * the local part stays as typed.
 */
export function parseEmailAddress(text: string): EmailAddress | UnusableAddress {
  if (text.length > longestText) return { fault: 'too long' };
  const trimmed = text.replace(edges, '');
  if (trimmed === '') return { fault: 'empty' };
  if (trimmed.length > 320) return { fault: 'too long' };
  const unseen = findHidden(trimmed);
  if (unseen !== null) return { fault: 'hidden character', ...unseen };
  const at = trimmed.lastIndexOf('@');
  const local = trimmed.slice(0, at);
  const typed = trimmed.slice(at + 1);
  // domainToASCII parses a URL's host, so it would drop line breaks and paths, and decode "%61".
  const domain = /[\s/\\?#%]/.test(typed) ? '' : domainToASCII(typed);
  if (at < 1 || !localPart.test(local) || !domainPart.test(domain)) return { fault: 'not an address' };
  if (local.length > 64 || local.length + domain.length + 1 > 254) return { fault: 'too long' };
  return `${local}@${domain}` as EmailAddress;
}

/** In words, without the address: "not an address", "character 4 is hidden (U+200B)". */
export const describeUnusable = (address: UnusableAddress): string =>
  address.fault === 'hidden character'
    ? `character ${address.place} is hidden (${address.code})`
    : address.fault;

function findHidden(text: string): { readonly place: number; readonly code: string } | null {
  const found = hidden.exec(text);
  if (found === null) return null;
  const code = found[0].codePointAt(0) ?? 0;
  return {
    place: [...text.slice(0, found.index)].length + 1,
    code: `U+${code.toString(16).toUpperCase().padStart(4, '0')}`,
  };
}
