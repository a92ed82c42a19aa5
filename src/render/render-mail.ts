import { readdir, readFile } from 'node:fs/promises';
import { type MailName, mailPlaceholders } from '../domain/sending/short-mails.ts';
import { TemplateError } from './check-template.ts';
import {
  compileTemplate,
  type FillTemplate,
  type TemplateMail,
  type TemplateValues,
} from './compile-template.ts';

export type { TemplateMail, TemplateValues } from './compile-template.ts';

const folder = new URL('../../templates/', import.meta.url);
const compiled = new Map<MailName, Promise<FillTemplate>>();

/**
 * Renders a short mail from `templates/<name>.mjml`, which is compiled once per process. Throws a TemplateError with file
 * and line for a mistake in the template, and an Error if the values differ from src/domain/sending/short-mails.ts.
 */
export async function renderMail(name: MailName, values: TemplateValues): Promise<TemplateMail> {
  const expected: readonly string[] = mailPlaceholders[name];
  for (const key of expected)
    if (!Object.hasOwn(values, key)) throw new Error(`the mail ${name}: no value for {{${key}}}`);
  for (const key of Object.keys(values))
    if (!expected.includes(key))
      throw new Error(`the mail ${name}: the template has no placeholder {{${key}}}`);
  let template = compiled.get(name);
  if (template === undefined) {
    template = compileMail(name);
    compiled.set(name, template);
    template.catch(() => compiled.delete(name));
  }
  return (await template)(values);
}

export interface TemplateFault {
  /** `templates/confirm.mjml:12`. */
  readonly where: string;
  readonly what: string;
}

/**
 * Compiles every template from disk and returns what is wrong. Also finds a template that no mail uses, and a mail
 * without a template. Takes a second or two, because MJML is slow to load.
 */
export async function checkTemplates(from: URL = folder): Promise<readonly TemplateFault[]> {
  const files = (await readdir(from)).filter((file) => file.endsWith('.mjml'));
  const names = new Set([
    ...files.map((file) => file.slice(0, -'.mjml'.length)),
    ...Object.keys(mailPlaceholders),
  ]);
  const faults: TemplateFault[] = [];
  for (const name of [...names].toSorted()) {
    const where = `templates/${name}.mjml:1`;
    if (!isMail(name))
      faults.push({ where, what: 'no mail uses this template (see src/domain/sending/short-mails.ts)' });
    else if (!files.includes(`${name}.mjml`)) faults.push({ where, what: 'the file is missing' });
    else
      await compileMail(name, from).catch((error: unknown) => {
        if (!(error instanceof TemplateError)) throw error;
        faults.push({ where: error.where, what: error.what });
      });
  }
  return faults;
}

/** Compiles a template from disk. Throws a TemplateError with file and line. */
export async function compileMail(name: MailName, from = folder): Promise<FillTemplate> {
  const source = await readFile(new URL(`${name}.mjml`, from), 'utf8');
  return compileTemplate(`templates/${name}.mjml`, source, mailPlaceholders[name]);
}

const isMail = (name: string): name is MailName => Object.hasOwn(mailPlaceholders, name);
