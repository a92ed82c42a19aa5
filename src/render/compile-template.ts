import { escapeHtml, oneLine } from '../domain/text.ts';
import { mjmlHead } from '../theme.ts';
import { checkNothingLost, checkSource, slot, TemplateError } from './check-template.ts';

export interface TemplateMail {
  readonly subject: string;
  readonly html: string;
  readonly text: string;
}

export type TemplateValues = Readonly<Record<string, string | readonly string[]>>;

/** Fills a compiled template: values are escaped for html, a list becomes one line per item. */
export type FillTemplate = (values: TemplateValues) => TemplateMail;

/**
 * Compiles a template for any number of mails, in about 20 ms once MJML is loaded. Its mj-title becomes the subject.
 * `file` is for error messages; `names` are the placeholders. Throws a TemplateError with file and line for an unknown
 * or unused placeholder, an unclosed element, a missing subject, and anything that MJML's strict mode refuses.
 */
export async function compileTemplate(
  file: string,
  source: string,
  names: readonly string[],
): Promise<FillTemplate> {
  checkSource(file, source, names);
  const title = decodeBasic(/<mj-title>([\s\S]*?)<\/mj-title>/.exec(source)?.[1]?.trim() ?? '');
  if (title === '') throw new TemplateError(`${file}:1`, 'mj-title, which becomes the subject, is missing');
  const html = await compileMjml(file, source);
  checkNothingLost(file, source, html);
  // Converted to text before filling, so that a value that looks like markup is kept.
  const text = await plain(html);
  return (values) => ({
    subject: oneLine(fill(title, values, (value) => value, ', ')),
    html: fill(html, values, escapeHtml, '<br>'),
    text: `${fill(text, values, (value) => value, '\n').replace(/\n{3,}/g, '\n\n')}\n`,
  });
}

function fill(text: string, values: TemplateValues, guard: (value: string) => string, newline: string) {
  return text.replace(slot, (_, name: string) => [values[name] ?? ''].flat().map(guard).join(newline));
}

async function compileMjml(file: string, source: string): Promise<string> {
  // Loading MJML takes 1.6 s and 144 MB, so only a process that writes such a mail loads it.
  const { default: mjml } = await import('mjml');
  // Not done by an MJML preprocessor, because MJML would then report wrong line numbers.
  const themed = source
    .replace('<mj-head>', () => `<mj-head>${mjmlHead()}`)
    .replace(/<mj-body(?![^>]*\bcss-class=)/, '<mj-body css-class="mj"')
    .replace(/(<mj-text [^>]*mj-class="headline"[^>]*>)([\s\S]*?)(?=<\/mj-text>)/, '$1<h1>$2</h1>');
  const { html } = await mjml(themed, {
    validationLevel: 'strict',
    ignoreIncludes: true,
    // Otherwise the default font adds a link to Google.
    fonts: {},
    keepComments: false,
  }).catch((error: unknown) => {
    throw refusalOf(file, error);
  });
  // MJML writes no landmarks, which screen readers need.
  return html.replace(/<body\b[^>]*>/, (body) => `${body}<main>`).replace('</body>', '</main></body>');
}

/** MJML's line numbers match the file, because the theme is inserted without a line break. */
function refusalOf(file: string, error: unknown): TemplateError {
  const [first] = (error as { errors?: { line: number; tagName: string; message: string }[] }).errors ?? [];
  if (first !== undefined)
    return new TemplateError(`${file}:${first.line}`, `<${first.tagName}>: ${first.message}`);
  return new TemplateError(`${file}:1`, error instanceof Error ? error.message : String(error));
}

async function plain(html: string): Promise<string> {
  const { toPlainText } = await import('@react-email/components');
  // Without this the hidden mj-preview would become the first line.
  const body = html.replace(/<div[^>]*style="[^"]*display:\s*none[^"]*"[^>]*>[\s\S]*?<\/div>/, '');
  const text = toPlainText(body, {
    selectors: [
      ...['h1', 'h2', 'h3'].map((selector) => ({ selector, options: { uppercase: false } })),
      // Each mj-text is a div that readers see as a paragraph.
      { selector: 'div', format: 'block', options: { leadingLineBreaks: 2, trailingLineBreaks: 2 } },
    ],
  });
  return text.trim();
}

const entities: Record<string, string> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"' };
const decodeBasic = (text: string) => text.replace(/&(?:amp|lt|gt|quot);/g, (each) => entities[each] ?? each);
