import { type Publication, unsubscribeUrl } from '../domain/issue/publication.ts';

/**
 * The headers of an issue, with the placeholder in place of the reader's token: one-click unsubscribe as in RFC 8058
 * (RFC 2369 for the format of the URL), list identity as in RFC 2919.
 */
export function issueHeaders(publication: Publication, placeholder: string): Record<string, string> {
  return {
    'List-Unsubscribe': `<${unsubscribeUrl(publication.publicUrl, placeholder)}>`,
    'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
    'List-Id': listId(publication),
  };
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
