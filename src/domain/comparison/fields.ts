import * as z from 'zod';
import { printable } from './faults.ts';

const slugPattern = /^[a-z0-9]+(-[a-z0-9]+)*$/;
const reviewerPattern = /^[a-z0-9]+([-_][a-z0-9]+)*$/;
/** PostgreSQL cannot store NUL; of the other control characters, only tab and line breaks belong in text. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: this is the check for control characters
const controlCharacter = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/;
const visibleCharacter = /[\p{L}\p{N}\p{P}\p{S}]/u;

const storable = z
  .string()
  .refine((text) => !controlCharacter.test(text), {
    abort: true,
    error: ({ input }) =>
      `expected text without control characters, got ${printable(controlCharacter.exec(input as string)?.[0])}`,
  })
  .refine((text) => text.isWellFormed(), {
    abort: true,
    error: 'expected well-formed Unicode, got half of a surrogate pair',
  });

/** Several lines. Trims the ends and normalises line breaks, and otherwise leaves the text as written. */
export const text = (maxLength: number) =>
  storable.overwrite((value) => value.replace(/\r\n?/g, '\n').trim()).max(maxLength, { abort: true });

const visible = { error: 'expected text, got nothing visible' };

/** One line: line breaks and tabs become spaces, since names also appear in subjects. */
export const label = (maxLength: number) =>
  storable
    .overwrite((value) =>
      value
        .split(/[\r\n\t\u2028\u2029]+/)
        .map((line) => line.trim())
        .join(' ')
        .trim(),
    )
    .max(maxLength, { abort: true })
    .regex(visibleCharacter, visible);

export const quote = text(10_000).regex(visibleCharacter, visible);

export const slug = storable.max(200, { abort: true }).regex(slugPattern, {
  error: ({ input }) => `expected a slug such as "a-vs-b", got ${printable(input)}`,
});

export const url = storable
  .refine(isWebAddress, { error: ({ input }) => `expected an absolute http(s) URL, got ${printable(input)}` })
  // Characters that RFC 3986 does not allow: encoded, so that no URL looks like markup or a placeholder.
  .overwrite((value) => value.replace(/["<>{}]/g, encodeURIComponent))
  .max(2000);

export const instant = storable
  .refine((value) => toInstant(value) !== null, {
    abort: true,
    error: ({ input }) =>
      `expected an instant with a time zone such as "2026-11-18T09:00:00Z", got ${printable(input)}`,
  })
  .overwrite((value) => toInstant(value) ?? value);

/** The largest `integer` in PostgreSQL. */
const maxVotes = 2_147_483_647;

export const voteCount = z
  .number()
  .refine((count) => Number.isInteger(count) && count >= 0 && count <= maxVotes, {
    error: ({ input }) => `expected a whole number from 0 to ${maxVotes}, got ${printable(input)}`,
  });

export const reviewer = storable.max(100, { abort: true }).regex(reviewerPattern, {
  error: ({ input }) => `expected a reviewer's slug such as "data-engineer", got ${printable(input)}`,
});

function isWebAddress(value: string): boolean {
  if (!/^https?:\/\/[^\s\\/?#][^\s\\]*$/i.test(value)) return false;
  const parsed = URL.parse(value);
  return parsed !== null && parsed.username === '' && parsed.password === '';
}

/** Seconds may be left out. */
const instantPattern = z.union([
  z.iso.datetime({ offset: true }),
  z.iso.datetime({ offset: true, precision: -1 }),
]);

/** `2026-11-18T10:00:00+01:00` → `2026-11-18T09:00:00.000Z`; `null` without a time zone, or for a day that does not exist. */
function toInstant(value: string): string | null {
  if (!instantPattern.safeParse(value).success) return null;
  const utc = new Date(value);
  const year = utc.getUTCFullYear();
  return year >= 1970 && year <= 9999 ? utc.toISOString() : null;
}
