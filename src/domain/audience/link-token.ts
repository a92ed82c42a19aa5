import { isReaderToken } from './subscriber.ts';

/** Links are shorter. */
const longest = 300;
/** At most this many are looked up. */
const mostTokens = 40;

/** What a mail program or a person may leave inside a token: soft line breaks of quoted-printable, spaces, hidden characters. */
const inside = /[=\s\u00ad\u200b-\u200f\u2060\ufeff]+/g;

/**
 * The tokens that the last part of a link may hold, whatever stands around or inside them: a full stop, a bracket, quotes,
 * a line break. Tokens are random, so that looking up several finds nobody else's. All kinds of tokens in links look alike.
 */
export function tokensIn(text: string): readonly string[] {
  if (isReaderToken(text)) return [text];
  const start = text.slice(0, longest);
  const tokens = [start, start.replace(inside, '')].flatMap((part) =>
    [...part.matchAll(/(?=([A-Za-z0-9_-]{22}))/g)].map(([, token]) => token ?? ''),
  );
  return [...new Set(tokens)].slice(0, mostTokens);
}
