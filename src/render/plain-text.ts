import type { IssueContent } from '../domain/issue/issue.ts';
import type { Links, Publication } from '../domain/issue/publication.ts';
import { weekLabel } from '../domain/issue/week.ts';
import { oneLine } from '../domain/text.ts';
import type { IssueReading, Reading } from '../domain/wording/issue.ts';
import type { Quote, RowReading } from '../domain/wording/reviewer-rows.ts';
import type { ToolReading } from '../domain/wording/tool.ts';

const columns = 80;

/** The text part, from the same data and read as the html is; reads well in a proportional font. */
export function issueText(
  content: IssueContent,
  publication: Publication,
  links: Links,
  { told, rest }: IssueReading,
): string {
  const parts = [
    heading(oneLine(publication.name), '='),
    wrap(`No. ${content.number}, ${weekLabel(content.week)}`),
    ...(content.intro ?? '').split(/\n\s*\n/).map((paragraph) => `\n${wrap(oneLine(paragraph))}`),
    ...told.map(comparisonText),
    ...(rest.length === 0 ? [] : [`\n\n${heading('Also this week', '-')}`, ...rest.map(shortText)]),
    footer(publication, links),
  ];
  return `${parts.filter((part) => part.trim() !== '').join('\n')}\n`;
}

function comparisonText(reading: Reading): string {
  const [a, b] = reading.tools;
  return [
    `\n\n${heading(`${a.name} vs ${b.name}`, '-')}`,
    '',
    wrap(`Verdict: ${reading.headline}`),
    ...reading.tools.map(toolText),
    '',
    wrap(`Panel ship: ${a.label} ${a.panel}, ${b.label} ${b.panel}`),
    wrap(`Community: ${a.label} ${a.community}, ${b.label} ${b.community}`),
    wrap(`Entry price: ${a.label} ${a.entryPrice}, ${b.label} ${b.entryPrice}`),
    wrap(reading.pricingRead),
    '',
    wrap(`Reviewer split: ${reading.splitRead}`),
    ...reading.rows.map((row) => rowText(row, reading)),
    '',
    `${reading.further}: ${reading.url}`,
  ].join('\n');
}

function toolText(tool: ToolReading): string {
  const about = [tool.category, tool.tagline, tool.description].filter((line) => line !== '');
  return [
    '',
    wrap(tool.name),
    ...about.map((line) => wrap(line, '  ')),
    ...(tool.url === null ? [] : [`  ${tool.url}`]),
  ].join('\n');
}

function rowText(row: RowReading, reading: Reading): string {
  const cells = row.cells.map((cell, at) => {
    const word = cell.verdict ?? '—';
    return `${word} ${reading.tools[at]?.label}${cell.alone ? ' (alone)' : ''}`;
  });
  const quotes = row.quotes.some((quote) => quote.tool === row.sharpest?.tool)
    ? row.quotes
    : [...(row.sharpest === null ? [] : [row.sharpest]), ...row.quotes];
  return [
    '',
    wrap(`${row.reviewer}${row.differs ? ' (splits)' : ''}: ${cells.join(', ')}`),
    ...reading.tools.flatMap((tool) => quotes.filter((quote) => quote.tool === tool).map(quoteText)),
  ].join('\n');
}

const quoteText = (quote: Quote) => wrap(`On ${quote.tool.label}: “${quote.text}”`, '  ');

function shortText(reading: Reading): string {
  const [a, b] = reading.tools;
  return [
    '',
    wrap(`${a.name} vs ${b.name}: ${reading.headline}`),
    wrap(`Entry price: ${a.entryPrice} / ${b.entryPrice}`),
    `The full comparison: ${reading.url}`,
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

/** In characters; a pair of surrogates is one. */
const lengthOf = (text: string) => (/[\ud800-\udbff]/.test(text) ? [...text].length : text.length);

/** Breaks lines at spaces only, so that no word, name or address is ever changed. */
export function wrap(text: string, indent = ''): string {
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
