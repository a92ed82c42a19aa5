/** A mistake in a template. */
export class TemplateError extends Error {
  /** `templates/confirm.mjml:12`. */
  readonly where: string;
  readonly what: string;

  constructor(where: string, what: string) {
    super(`${where}: ${what}`);
    this.where = where;
    this.what = what;
  }
}

/** `{{name}}` in a template. */
export const slot = /\{\{\s*([A-Za-z][A-Za-z0-9]*)\s*\}\}/g;

/** Elements without a closing tag. */
const voidTags = new Set(['br', 'hr', 'img', 'wbr', 'mj-all', 'mj-class']);

/**
 * Throws a TemplateError for the first unclosed element, stray closing tag, unknown placeholder or unused name. MJML
 * itself does not report an unclosed element: it silently drops what follows.
 */
export function checkSource(file: string, source: string, names: readonly string[]): void {
  const bare = withoutComments(source);
  checkBalance(file, bare);
  checkSlots(file, bare, names);
}

/** Throws when a placeholder of the body is not in the html: even in strict mode MJML drops some content silently. */
export function checkNothingLost(file: string, source: string, html: string): void {
  const bare = withoutComments(source);
  const start = bare.indexOf('<mj-body');
  for (const { 0: text, 1: key, index } of bare.slice(start).matchAll(slot))
    if (!new RegExp(`\\{\\{\\s*${key}\\s*\\}\\}`).test(html))
      throw new TemplateError(place(file, bare, start + index), `MJML dropped ${text}`);
}

function checkBalance(file: string, bare: string): void {
  const open: { tag: string; at: number }[] = [];
  for (const { 0: text, 1: closing, 2: tag = '', 3: selfClosing, index } of bare.matchAll(
    /<(\/?)([a-z][a-z0-9-]*)\b(?:"[^"]*"|'[^']*'|[^>"'])*?(\/?)>/gi,
  )) {
    if (voidTags.has(tag) || selfClosing === '/') continue;
    if (closing !== '/') {
      open.push({ tag, at: index });
      continue;
    }
    const last = open.pop();
    if (last === undefined) throw new TemplateError(place(file, bare, index), `${text} has no opening tag`);
    if (last.tag !== tag)
      throw new TemplateError(place(file, bare, last.at), `<${last.tag}> is not closed before ${text}`);
  }
  const left = open.at(-1);
  if (left !== undefined) throw new TemplateError(place(file, bare, left.at), `<${left.tag}> is not closed`);
}

function checkSlots(file: string, bare: string, names: readonly string[]): void {
  const used = new Set<string>();
  for (const { 1: key = '', index } of bare.matchAll(slot)) {
    used.add(key);
    if (!names.includes(key))
      throw new TemplateError(
        place(file, bare, index),
        `{{${key}}} is not a placeholder of this mail, which has ${names.length === 0 ? 'none' : names.join(', ')}`,
      );
  }
  const stray = /\{\{(?!\s*[A-Za-z][A-Za-z0-9]*\s*\}\})/.exec(bare);
  if (stray !== null)
    throw new TemplateError(place(file, bare, stray.index), '{{ is not followed by a name and }}');
  for (const name of names)
    if (!used.has(name)) throw new TemplateError(`${file}:1`, `the template does not use {{${name}}}`);
}

/** Replaces comments by spaces, so that line numbers stay correct. */
const withoutComments = (source: string) =>
  source.replace(/<!--[\s\S]*?-->/g, (comment) => comment.replace(/[^\n]/g, ' '));

const place = (file: string, source: string, at: number) =>
  `${file}:${source.slice(0, at).split('\n').length}`;
