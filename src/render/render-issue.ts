import type { IssueContent } from '../domain/issue/issue.ts';
import { issueUrl, type Publication, preferencesUrl, unsubscribeUrl } from '../domain/issue/publication.ts';
import { htmlBudgetBytes, type RenderedIssue } from '../domain/issue/rendered-issue.ts';
import { escapeBracesInHtml, escapeBracesInLine, escapeBracesInText, oneLine } from '../domain/text.ts';
import { fitToBudget } from './fit-to-budget.ts';
import { checkPlaceholder, placeholderFor } from './placeholder.ts';

/**
 * Renders an issue once for all readers: html within the size budget and the text part from the same data, with a
 * placeholder for the reader token. Pure: the same content and publication give the same bytes. Throws when the
 * placeholder is missing, repeated or changed.
 */
export async function renderIssue(content: IssueContent, publication: Publication): Promise<RenderedIssue> {
  // React and its templates are slow to load, so a process that only sends does not load them.
  const [
    { renderToStaticMarkup },
    { createElement },
    { default: WeeklyIssue },
    { describeIssue },
    { issueText },
  ] = await Promise.all([
    import('react-dom/server'),
    import('react'),
    import('../../emails/weekly-issue.tsx'),
    import('../domain/wording/issue-summary.ts'),
    import('./plain-text.ts'),
  ]);
  const placeholder = placeholderFor(content, publication);
  const links = {
    unsubscribe: unsubscribeUrl(publication.publicUrl, placeholder),
    preferences: preferencesUrl(publication.publicUrl, placeholder),
    web: issueUrl(publication.publicUrl, content.week),
  };
  const { html, summary } = fitToBudget(
    (detail) => {
      const summary = describeIssue(content.comparisons, detail);
      const mail = createElement(WeeklyIssue, { issue: content, publication, links, summary });
      return { summary, html: finish(renderToStaticMarkup(mail)) };
    },
    content.comparisons.length,
    htmlBudgetBytes,
  );
  const text = escapeBracesInText(issueText(content, publication, links, summary));
  for (const [part, bytes] of [
    ['html', html],
    ['text', text],
  ] as const)
    checkPlaceholder(part, bytes, placeholder, [links.unsubscribe, links.preferences]);
  const line = (words: string) => escapeBracesInLine(oneLine(words));
  return { subject: line(content.subject), preheader: line(content.preheader), html, text, placeholder };
}

const openGhost =
  '<!--[if mso]><table role="presentation" width="600" align="center" cellpadding="0" cellspacing="0"><tr><td><![endif]-->';
const closeGhost = '<!--[if mso]></td></tr></table><![endif]-->';

/** As React Email's own render() writes it. That is not used because it streams and takes three times as long. */
const doctype =
  '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">';

/** Removes 2 KB of comments that React Email adds, and adds Outlook's comments, which React cannot write. */
function finish(markup: string): string {
  return (
    doctype +
    escapeBracesInHtml(markup)
      .replace(/<!--(?: |\$|\/\$|html|head|body)?-->/g, '')
      .replace('<i data-mso="open" hidden=""></i>', () => openGhost)
      .replace('<i data-mso="close" hidden=""></i>', () => closeGhost)
  );
}
