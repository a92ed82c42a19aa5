import { randomUUID } from 'node:crypto';
import type { Email, SharedEmail, TemplatedEmail } from '../../domain/sending/email.ts';

/** What stands in the SDK's JSON where shared html and text belong; random, so that no content can hold it. */
export const marks = { html: `html-${randomUUID()}`, text: `text-${randomUUID()}` } as const;

const anyMark = new RegExp(`(${marks.html}|${marks.text})`);

/**
 * A request whose emails share their html and text, in pieces: the SDK writes the JSON around them, and they stand
 * in it as bytes that were escaped and encoded once an issue, the same ones every time. Together the pieces are to
 * the byte what the SDK would have written of whole emails: 10 MB that nobody has to make, or to keep.
 */
export function splice(
  json: string,
  emails: readonly (Email | SharedEmail | TemplatedEmail)[],
): readonly Uint8Array[] {
  const shared = emails.filter((email) => 'shared' in email);
  if (shared.length === 0) return [Buffer.from(json)];
  const next = { [marks.html]: 0, [marks.text]: 0 };
  const pieces: Uint8Array[] = [];
  for (const part of json.split(anyMark)) {
    const index = next[part];
    if (index === undefined) {
      pieces.push(Buffer.from(part));
      continue;
    }
    next[part] = index + 1;
    const email = shared[index];
    if (email === undefined) throw new Error('the Resend SDK wrote a part of an email twice');
    const { html, text } = email.shared;
    const token = Buffer.from(email.readerToken);
    for (const [at, piece] of encoded(part === marks.html ? html : text).entries())
      pieces.push(...(at === 0 ? [piece] : [token, piece]));
  }
  if (Object.values(next).some((times) => times !== shared.length))
    throw new Error('the Resend SDK left out a part of an email');
  return pieces;
}

const encodings = new WeakMap<readonly string[], readonly Buffer[]>();

/** As they stand within a JSON string. The token between them is ASCII, so that no character is cut apart. */
function encoded(pieces: readonly string[]): readonly Buffer[] {
  const known = encodings.get(pieces);
  if (known !== undefined) return known;
  const made = pieces.map((piece) => Buffer.from(JSON.stringify(piece).slice(1, -1)));
  encodings.set(pieces, made);
  return made;
}
