import { invalid } from '../api-error.ts';

export interface Variable {
  readonly key: string;
  readonly type: 'string' | 'number';
  readonly fallback_value: string | number | null;
}

export type Values = Readonly<Record<string, string | number>>;

export interface TemplateContent {
  readonly name: string;
  readonly alias: string | null;
  readonly from: string | null;
  readonly subject: string | null;
  readonly replyTo: readonly string[] | null;
  readonly html: string;
  readonly text: string | null;
  readonly variables: readonly Variable[];
}

const variable = /\{\{\{\s*([A-Za-z0-9_]+)\s*\}\}\}/g;

const reserved = [
  'FIRST_NAME',
  'LAST_NAME',
  'EMAIL',
  'UNSUBSCRIBE_URL',
  'RESEND_UNSUBSCRIBE_URL',
  'contact',
  'this',
];

/** Limits of resend.com/docs/dashboard/templates/template-variables. */
export function checkTemplate(body: unknown): TemplateContent {
  const given = (body ?? {}) as Record<string, unknown>;
  if (typeof given.name !== 'string' || given.name === '') throw invalid('Missing `name` field.');
  if (typeof given.html !== 'string' || given.html === '') throw invalid('Missing `html` field.');
  const content: TemplateContent = {
    name: given.name,
    alias: optional(given.alias),
    from: optional(given.from),
    subject: optional(given.subject),
    replyTo:
      given.reply_to === undefined || given.reply_to === null ? null : [given.reply_to].flat().map(String),
    html: given.html,
    text: optional(given.text),
    variables: checkVariables(given.variables),
  };
  const declared = new Set(content.variables.map((variable) => variable.key));
  for (const part of [content.html, content.text ?? '', content.subject ?? '']) {
    for (const key of variablesIn(part)) {
      if (!declared.has(key)) throw invalid(`The variable ${key} is used in the template but not declared.`);
    }
  }
  return content;
}

function checkVariables(given: unknown): Variable[] {
  if (given === undefined || given === null) return [];
  if (!Array.isArray(given)) throw invalid('The `variables` field must be an array.');
  if (given.length > 50) throw invalid('A template can have at most 50 variables.');
  return given.map(({ key, type, fallback_value = null }) => {
    if (typeof key !== 'string' || !/^[A-Za-z0-9_]{1,50}$/.test(key))
      throw invalid('A variable key is invalid.');
    if (reserved.includes(key)) throw invalid(`The variable key ${key} is reserved.`);
    if (type !== 'string' && type !== 'number') throw invalid('A variable type must be string or number.');
    if (fallback_value !== null && typeof fallback_value !== type)
      throw invalid('A fallback value has the wrong type.');
    return { key, type, fallback_value };
  });
}

const optional = (value: unknown) => (value === undefined || value === null ? null : String(value));

/** Returns a value for every declared variable, from the email or the fallback. Rejects undeclared variables. */
export function checkValues(declared: readonly Variable[], given: unknown): Values {
  const values = (given ?? {}) as Record<string, unknown>;
  for (const key of Object.keys(values)) {
    if (!declared.some((variable) => variable.key === key)) {
      throw invalid(`The template variable ${key} is not declared.`);
    }
  }
  return Object.fromEntries(
    declared.map((variable) => {
      const value = values[variable.key] ?? variable.fallback_value;
      if (value === null || value === undefined) {
        throw invalid(`Missing value for the template variable ${variable.key}.`);
      }
      if (typeof value === 'string' && value.length > 2_000) {
        throw invalid(`The value of the template variable ${variable.key} is longer than 2000 characters.`);
      }
      if (typeof value !== variable.type) {
        throw invalid(`The template variable ${variable.key} must be a ${variable.type}.`);
      }
      return [variable.key, value as string | number];
    }),
  );
}

/** Replaces the variables; as at Resend, nothing is escaped. */
export const fill = (text: string, values: Values) =>
  text.replace(variable, (whole, key: string) => (key in values ? String(values[key]) : whole));

export const variablesIn = (text: string) =>
  new Set([...text.matchAll(variable)].map((match) => match[1] ?? ''));
