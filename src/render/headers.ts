import { leaveAddress, leavePlaceholder } from '../domain/audience/leave-mailbox.ts';
import { type Publication, unsubscribeUrl } from '../domain/issue/publication.ts';

/**
 * The headers of an issue, with the placeholder in place of the reader's token: one-click unsubscribe as in RFC 8058
 * (RFC 2369 for the format of the URLs), list identity as in RFC 2919. With a mailbox, an address for programs that leave
 * by mail stands beside the link.
 */
export function issueHeaders(
  publication: Publication,
  placeholder: string,
  unsubscribeMailbox: string | null,
): Record<string, string> {
  const link = `<${unsubscribeUrl(publication.publicUrl, placeholder)}>`;
  return {
    'List-Unsubscribe':
      unsubscribeMailbox === null ? link : `${link}, ${leaveByMail(unsubscribeMailbox, placeholder)}`,
    'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
    'List-Id': listId(publication),
  };
}

/** A URL as in RFC 6068. */
function leaveByMail(mailbox: string, placeholder: string): string {
  const address = leaveAddress(mailbox, leavePlaceholder(placeholder));
  return `<mailto:${address}?subject=unsubscribe>`;
}

/** `"Weekly Verdicts" <weekly-verdicts.news.example>`; without the phrase if that would need encoding. */
function listId({ name, publicUrl }: Publication): string {
  const { hostname } = new URL(publicUrl);
  const host = /[a-z]$/.test(hostname) ? hostname : 'localhost';
  const label =
    name
      .normalize('NFKD')
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .slice(0, 63)
      .replace(/^-+|-+$/g, '') || 'newsletter';
  const phrase = /^[\x20-\x7e]{1,100}$/.test(name) ? `"${name.replace(/["\\]/g, '')}" ` : '';
  return `${phrase}<${label}.${host}>`;
}
