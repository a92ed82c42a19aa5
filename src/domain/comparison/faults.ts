import { distance } from 'fastest-levenshtein';
import * as z from 'zod';

/** What is wrong at one place in a JSON document: `comparisons[3].tools[0].entryPrice`, "missing". */
export interface Fault {
  readonly path: string;
  readonly message: string;
}

export type Path = readonly PropertyKey[];

export interface Misspelt {
  readonly path: Path;
  readonly meant: string;
}

const maxFaults = 50;

/** `['tools', 0, 'url']` below `comparisons[3]` → `comparisons[3].tools[0].url`. */
export function pathText(path: Path, root = ''): string {
  return path.reduce<string>((text, key) => {
    if (!/^[A-Za-z_$][\w$]*$/.test(String(key))) return `${text}[${printable(key)}]`;
    return text === '' ? String(key) : `${text}.${String(key)}`;
  }, root);
}

/** A value as a message can show it: short, on one line, with control characters escaped. */
export function printable(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  if (typeof value !== 'string') return String(value);
  const characters = [...value.slice(0, 200)];
  const short = characters.length <= 60 ? value : `${characters.slice(0, 59).join('')}…`;
  const escaped = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(short).replace(/[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, escaped);
}

const kinds: Record<string, string> = {
  string: 'text',
  object: 'an object',
  array: 'a list',
  number: 'a number',
};

/** zod's issues in plain words; `undefined` where the check has its own message. */
export const plainErrorMap: z.core.$ZodErrorMap = (issue) => {
  if (issue.input === undefined && issue.code !== 'custom') return 'missing';
  if (issue.code === 'invalid_type')
    return `expected ${kinds[issue.expected] ?? issue.expected}, got ${printable(issue.input)}`;
  if (issue.code === 'invalid_value')
    return `expected ${issue.values.map((value) => JSON.stringify(value)).join(' or ')}, got ${printable(issue.input)}`;
  if (issue.code === 'too_big' && typeof issue.input === 'string')
    return `expected at most ${issue.maximum} characters, got ${issue.input.length}`;
  if (issue.code === 'too_big' && Array.isArray(issue.input))
    return `expected at most ${issue.maximum}, got ${issue.input.length}`;
  return undefined;
};

/**
 * Unknown keys that look like a known key that is missing: `pricesChekedAt`. They are refused, since a misspelt
 * optional key would otherwise be ignored silently. Other unknown keys are ignored: a site may have fields of its own.
 */
export function misspeltKeys(schema: unknown, value: unknown, path: Path = []): readonly Misspelt[] {
  if (schema instanceof z.ZodNullable) return misspeltKeys(schema.unwrap(), value, path);
  if (schema instanceof z.ZodPipe) return misspeltKeys(schema.in, value, path);
  if (schema instanceof z.ZodArray && Array.isArray(value))
    return value.flatMap((item, index) => misspeltKeys(schema.element, item, [...path, index]));
  if (!(schema instanceof z.ZodObject) || typeof value !== 'object' || value === null) return [];
  const absent = Object.keys(schema.shape).filter((key) => !Object.hasOwn(value, key));
  return Object.entries(value).flatMap(([key, item]) => {
    if (Object.hasOwn(schema.shape, key)) return misspeltKeys(schema.shape[key], item, [...path, key]);
    const meant = absent.find((known) => looksLike(key, known));
    return meant === undefined ? [] : [{ path: [...path, key], meant }];
  });
}

/** The first fifty faults, then how many more there are. */
export function limitFaults(faults: readonly Fault[]): Fault[] {
  if (faults.length <= maxFaults) return [...faults];
  return [...faults.slice(0, maxFaults), { path: '…', message: `and ${faults.length - maxFaults} more` }];
}

function looksLike(key: string, known: string): boolean {
  const bare = (text: string) => text.toLowerCase().replace(/[^a-z0-9]/g, '');
  return distance(bare(key), bare(known)) <= (known.length > 4 ? 2 : 1);
}
