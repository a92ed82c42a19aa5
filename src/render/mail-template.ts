import { readFile } from 'node:fs/promises';
import { mjmlHead } from '../theme.ts';

export interface TemplateMail {
  readonly subject: string;
  readonly html: string;
  readonly text: string;
}

export type TemplateValues = Readonly<Record<string, string | readonly string[]>>;

const folder = new URL('../../templates/', import.meta.url);

/** `{{name}}` in a template. */
const slot = /\{\{\s*([A-Za-z][A-Za-z0-9]*)\s*\}\}/g;

/** MJML elements whose content is copied, not parsed; an unclosed one swallows what follows, without an error. */
const pairedTags = [
  'mj-text',
  'mj-button',
  'mj-table',
  'mj-title',
  'mj-preview',
  'mj-section',
  'mj-column',
  'mj-body',
  'mj-head',
  'mjml',
];

/**
 * One mail from `templates/<name>.mjml`: values are escaped for html, a list becomes lines; the subject is the
 * template's mj-title. Pure but for reading the template. Throws, naming file and line, for a placeholder without a
 * value, a value without a placeholder, an unclosed element, and whatever MJML's strict mode refuses.
 */
export async function renderMail(name: string, values: TemplateValues): Promise<TemplateMail> {
  const file = `templates/${name}.mjml`;
  const source = await readFile(new URL(`${name}.mjml`, folder), 'utf8');
  return renderTemplate(file, source, values);
}

/** The same from a source at hand; `file` only names it in errors. */
export async function renderTemplate(
  file: string,
  source: string,
  values: TemplateValues,
): Promise<TemplateMail> {
  checkBalance(file, source);
  checkSlots(file, source, values);
  const lines = (value: TemplateValues[string]) => (typeof value === 'string' ? [value] : value);
  const fill = (text: string, guard: (text: string) => string, newline: string) =>
    text.replace(slot, (_, key: string) =>
      lines(values[key] ?? '')
        .map(guard)
        .join(newline),
    );
  // MJML costs 1.6 s and 144 MB to load; only who writes such a mail pays for it.
  const { default: mjml } = await import('mjml');
  const { html } = await mjml(source, {
    validationLevel: 'strict',
    ignoreIncludes: true,
    // Else the default font adds a link to Google.
    fonts: {},
    keepComments: false,
    preprocessors: [(xml: string) => xml.replace(/<mj-head>/, () => `<mj-head>${mjmlHead()}`)],
  }).catch((error: unknown) => {
    throw new Error(`${file}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  });
  checkNothingLost(file, source, html);
  const title = /<mj-title>([\s\S]*?)<\/mj-title>/.exec(source)?.[1] ?? '';
  const subject = oneLine(fill(decodeBasic(title), (text) => text, ', '));
  if (subject === '') throw new Error(`${file}: mj-title is missing; it is the subject`);
  return {
    subject,
    html: fill(html, escapeHtml, '<br>'),
    // Converted before filling: a value that looks like markup stays as it is.
    text: `${fill(await plain(html), (text) => text, '\n').replace(/\n{3,}/g, '\n\n')}\n`,
  };
}

async function plain(html: string): Promise<string> {
  const { toPlainText } = await import('react-email');
  // MJML hides mj-preview by style alone; here it would be the first line.
  const body = html.replace(/<div[^>]*style="[^"]*display:\s*none[^"]*"[^>]*>[\s\S]*?<\/div>/, '');
  const text = toPlainText(body, {
    selectors: [
      ...['h1', 'h2', 'h3'].map((selector) => ({ selector, options: { uppercase: false } })),
      // Each mj-text is a div, and a paragraph to the reader.
      { selector: 'div', format: 'block', options: { leadingLineBreaks: 2, trailingLineBreaks: 2 } },
    ],
  });
  return text.trim();
}

function checkBalance(file: string, source: string): void {
  const bare = withoutComments(source);
  const open: { tag: string; at: number }[] = [];
  for (const { 0: text, 1: closing, 2: tag = '', 3: selfClosing, index } of bare.matchAll(
    /<(\/?)([a-z][a-z-]*)\b[^>]*?(\/?)>/g,
  )) {
    if (!pairedTags.includes(tag) || selfClosing === '/') continue;
    if (closing !== '/') {
      open.push({ tag, at: index });
      continue;
    }
    const last = open.pop();
    if (last?.tag !== tag)
      throw new Error(
        last === undefined
          ? `${place(file, bare, index)}: ${text} closes nothing`
          : `${place(file, bare, last.at)}: <${last.tag}> is not closed before ${text}`,
      );
  }
  const left = open.at(-1);
  if (left !== undefined) throw new Error(`${place(file, bare, left.at)}: <${left.tag}> is not closed`);
}

function checkSlots(file: string, source: string, values: TemplateValues): void {
  const bare = withoutComments(source);
  const used = new Set<string>();
  for (const { 1: key = '', index } of bare.matchAll(slot)) {
    used.add(key);
    if (!Object.hasOwn(values, key))
      throw new Error(
        `${place(file, bare, index)}: {{${key}}} has no value; there are ${Object.keys(values).join(', ')}`,
      );
  }
  const stray = /\{\{(?!\s*[A-Za-z][A-Za-z0-9]*\s*\}\})/.exec(bare);
  if (stray !== null) throw new Error(`${place(file, bare, stray.index)}: {{ without a name and }}`);
  for (const key of Object.keys(values))
    if (!used.has(key)) throw new Error(`${file}:1: the value "${key}" is used nowhere in the template`);
}

/** Strict mode is silent about some content it drops. */
function checkNothingLost(file: string, source: string, html: string): void {
  const bare = withoutComments(source);
  const body = bare.slice(bare.indexOf('<mj-body'));
  for (const { 0: text, 1: key, index } of body.matchAll(slot))
    if (!new RegExp(`\\{\\{\\s*${key}\\s*\\}\\}`).test(html))
      throw new Error(`${place(file, bare, index + bare.indexOf('<mj-body'))}: MJML dropped ${text}`);
}

/** Comments blanked, lines kept. */
const withoutComments = (source: string) =>
  source.replace(/<!--[\s\S]*?-->/g, (comment) => comment.replace(/[^\n]/g, ' '));

const place = (file: string, source: string, at: number) =>
  `${file}:${source.slice(0, at).split('\n').length}`;

const oneLine = (text: string) => text.replace(/[\s\p{Cc}]+/gu, ' ').trim();

const entities: Record<string, string> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"' };
const decodeBasic = (text: string) => text.replace(/&(?:amp|lt|gt|quot);/g, (each) => entities[each] ?? each);

/** Right for text and for attributes. */
function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
