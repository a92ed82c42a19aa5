import type { IssueContent } from '../domain/issue/issue.ts';
import type { Links, Publication } from '../domain/issue/publication.ts';
import { weekLabel } from '../domain/issue/week.ts';
import { oneLine, paragraphsOf } from '../domain/text.ts';
import type { ComparisonSummary, IssueSummary } from '../domain/wording/issue-summary.ts';
import type { Quote, ReviewerRow } from '../domain/wording/reviewer-rows.ts';
import type { ToolSummary } from '../domain/wording/tool-summary.ts';

/** The longest line, unless it is an address. */
const columns = 80;

/** The text part, from the same data as the html. Reads well in a proportional font, too. */
export function issueText(
  content: IssueContent,
  publication: Publication,
  links: Links,
  { sections, oneLiners }: IssueSummary,
): string {
  const parts = [
    heading(oneLine(publication.name), '='),
    wrap(`No. ${content.number}, ${weekLabel(content.week)}`),
    ...paragraphsOf(content.intro ?? '').map((paragraph) => `\n${wrap(oneLine(paragraph))}`),
    ...sections.map(comparisonText),
    ...(oneLiners.length === 0
      ? []
      : [`\n\n${heading('Also this week', '-')}`, ...oneLiners.map(oneLinerText)]),
    footer(publication, links),
  ];
  return `${parts.filter((part) => part.trim() !== '').join('\n')}\n`;
}

function comparisonText(summary: ComparisonSummary): string {
  const [a, b] = summary.tools;
  return [
    `\n\n${heading(`${a.name} vs ${b.name}`, '-')}`,
    '',
    wrap(`Verdict: ${summary.headline}`),
    ...summary.tools.map(toolText),
    '',
    wrap(`Panel ship: ${a.label} ${a.panel}, ${b.label} ${b.panel}`),
    wrap(`Community: ${a.label} ${a.community}, ${b.label} ${b.community}`),
    wrap(`Entry price: ${a.label} ${a.entryPrice}, ${b.label} ${b.entryPrice}`),
    wrap(summary.pricingRead),
    '',
    wrap(`Reviewer split: ${summary.splitSummary}`),
    ...summary.rows.map((row) => rowText(row, summary)),
    '',
    `${summary.linkText}: ${summary.url}`,
  ].join('\n');
}

function toolText(tool: ToolSummary): string {
  const about = [tool.category, tool.tagline, tool.description].filter((line) => line !== '');
  return [
    '',
    wrap(tool.name),
    ...about.map((line) => wrap(line, '  ')),
    ...(tool.url === null ? [] : [`  ${tool.url}`]),
  ].join('\n');
}

function rowText(row: ReviewerRow, summary: ComparisonSummary): string {
  const cells = row.cells.map((cell, at) => {
    const word = cell.verdict ?? '—';
    return `${word} ${summary.tools[at]?.label}${cell.alone ? ' (alone)' : ''}`;
  });
  const quotes = row.quotes.some((quote) => quote.tool === row.pullQuote?.tool)
    ? row.quotes
    : [...(row.pullQuote === null ? [] : [row.pullQuote]), ...row.quotes];
  return [
    '',
    wrap(`${row.reviewer}${row.differs ? ' (splits)' : ''}: ${cells.join(', ')}`),
    ...summary.tools.flatMap((tool) => quotes.filter((quote) => quote.tool === tool).map(quoteText)),
  ].join('\n');
}

const quoteText = (quote: Quote) => wrap(`On ${quote.tool.label}: “${quote.text}”`, '  ');

function oneLinerText(summary: ComparisonSummary): string {
  const [a, b] = summary.tools;
  return [
    '',
    wrap(`${a.name} vs ${b.name}: ${summary.headline}`),
    wrap(`Entry price: ${a.entryPrice} / ${b.entryPrice}`),
    `The full comparison: ${summary.url}`,
  ].join('\n');
}

function footer(publication: Publication, links: Links): string {
  return [
    '\n',
    wrap(`You get this because you confirmed your subscription to ${oneLine(publication.name)}.`),
    '',
    `Read on the web: ${links.web}`,
    publication.siteUrl && `All comparisons: ${publication.siteUrl}`,
    publication.postalAddress && wrap(oneLine(publication.postalAddress)),
    `Preferences: ${links.preferences}`,
    `Unsubscribe: ${links.unsubscribe}`,
  ]
    .filter((line) => line !== null)
    .join('\n');
}

function heading(text: string, underline: string): string {
  const wrapped = wrap(text);
  const width = Math.max(...wrapped.split('\n').map(lengthOf));
  return `${wrapped}\n${underline.repeat(Math.min(width, columns))}`;
}

/** In characters: a surrogate pair counts as one. */
const lengthOf = (text: string) => (/[\ud800-\udbff]/.test(text) ? [...text].length : text.length);

/** Breaks lines at spaces only, so that words, names and addresses stay whole. */
function wrap(text: string, indent = ''): string {
  const lines: string[] = [];
  let line = indent;
  let length = indent.length;
  for (const word of text.split(' ')) {
    const size = lengthOf(word);
    if (length > indent.length && length + 1 + size > columns) {
      lines.push(line);
      line = indent;
      length = indent.length;
    }
    line += length > indent.length ? ` ${word}` : word;
    length += length > indent.length ? size + 1 : size;
  }
  return [...lines, line].join('\n');
}
