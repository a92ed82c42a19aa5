import { leavePlaceholder } from '../../domain/audience/leave-mailbox.ts';
import type { Finding } from '../../domain/issue/finding.ts';
import { unsubscribeUrl } from '../../domain/issue/publication.ts';
import { errorOf, type Rule } from '../rule.ts';

const error = errorOf('unsubscribe');

/** Html, text and headers let the reader unsubscribe, the headers with one click as in RFC 8058. */
export const unsubscribe: Rule = ({ page, rendered, envelope }) => {
  const url = unsubscribeUrl(envelope.publicUrl, rendered.placeholder);
  const header = (name: string) =>
    Object.entries(envelope.headers)
      .find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1]
      .trim() ?? '';
  const findings: Finding[] = [];
  const fix = 'Render the issue again. The link is part of the template.';
  if (!page.links.includes(url)) findings.push(error('html', 'The unsubscribe link is missing.', fix));
  if (!rendered.text.split(/\s/).includes(url))
    findings.push(error('text', 'The unsubscribe link is missing.', fix));
  const [link, mail, ...others] = header('List-Unsubscribe').split(', ');
  const byMail = new RegExp(`^<mailto:[^<>@\\s]+\\+${leavePlaceholder(rendered.placeholder)}@[^<>@\\s]+>$`);
  if (link !== `<${url}>` || (mail !== undefined && !byMail.test(mail)) || others.length > 0)
    findings.push(
      error(
        'headers',
        "List-Unsubscribe is missing or is not the reader's own unsubscribe link.",
        `It must be <${envelope.publicUrl}/u/…> with the reader placeholder, and may be followed by the address of UNSUBSCRIBE_MAILBOX. Check PUBLIC_URL and render the issue again.`,
      ),
    );
  if (header('List-Unsubscribe-Post') !== 'List-Unsubscribe=One-Click')
    findings.push(
      error(
        'headers',
        'List-Unsubscribe-Post is missing or wrong.',
        'It must be exactly "List-Unsubscribe=One-Click" (RFC 8058).',
      ),
    );
  return findings;
};
