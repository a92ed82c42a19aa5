import type { IssueContent } from '../domain/issue.ts';
import { bracesInHtml, bracesInLine, bracesInText } from '../domain/literal-braces.ts';
import { issueUrl, type Publication, preferencesUrl, unsubscribeUrl } from '../domain/publication.ts';
import type { RenderedIssue } from '../domain/rendered-issue.ts';
import { htmlBudgetBytes } from '../domain/size-budget.ts';
import { fitToBudget } from './fit-to-budget.ts';
import { checkPlaceholder, placeholderFor } from './placeholder.ts';

/**
 * Renders an issue once for all readers: html within the size budget, the text part from the same data, one
 * placeholder for the reader token. Pure: the same content and publication give the same bytes.
 * Throws when the placeholder is lost, doubled or altered.
 */
export async function renderIssue(content: IssueContent, publication: Publication): Promise<RenderedIssue> {
  // React Email costs a second and 80 MB to load; whoever only fills and sends never pays for it.
  const [{ render }, { createElement }, { default: WeeklyIssue }, { flat }, { issueText }] =
    await Promise.all([
      import('react-email'),
      import('react'),
      import('../../emails/weekly-issue.tsx'),
      import('../../emails/_components/fit.ts'),
      import('./plain-text.ts'),
    ]);
  const placeholder = placeholderFor(content, publication);
  const links = {
    unsubscribe: unsubscribeUrl(publication.publicUrl, placeholder),
    preferences: preferencesUrl(publication.publicUrl, placeholder),
    web: issueUrl(publication.publicUrl, content.week),
  };
  const { html, fit } = await fitToBudget(
    async (attempt) =>
      finish(await render(createElement(WeeklyIssue, { issue: content, publication, links, fit: attempt }))),
    content.comparisons.length,
    htmlBudgetBytes,
  );
  const text = bracesInText(issueText(content, publication, links, fit));
  for (const [part, bytes] of [
    ['html', html],
    ['text', text],
  ] as const)
    checkPlaceholder(part, bytes, placeholder, [links.unsubscribe, links.preferences]);
  const line = (words: string) => bracesInLine(flat(words));
  return { subject: line(content.subject), preheader: line(content.preheader), html, text, placeholder };
}

const openGhost =
  '<!--[if mso]><table role="presentation" width="600" align="center" cellpadding="0" cellspacing="0"><tr><td><![endif]-->';
const closeGhost = '<!--[if mso]></td></tr></table><![endif]-->';

/** Takes out React's comments (2 KB) and puts Outlook's in, which React cannot write. */
function finish(html: string): string {
  return bracesInHtml(html)
    .replace(/<!--(?: |\$|\/\$|html|head|body)?-->/g, '')
    .replace('<i data-mso="open" hidden=""></i>', () => openGhost)
    .replace('<i data-mso="close" hidden=""></i>', () => closeGhost);
}
