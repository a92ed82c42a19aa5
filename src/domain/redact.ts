import { inspect } from 'node:util';

/** The patterns take time that grows with the square of a word's length: 128,000 letters took more than a minute. */
const longestText = 2_000;

const credentialsOrAddress =
  /(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/?#"'<>]*@|(?:"[^"\n]*"|[^\s<>()[\]"'`,;:]*)(?:@|%40)[^\s<>()[\]"'`,;]*/gi;

/** In the query of a URL, or in a printed object. */
const password = /\b(password["']?\s*[=:]\s*["']?)[^\s"'&,}]+/gi;

/** Reader tokens and keys: unlike long words, they contain digits or capitals. */
const token = /\b(?=[\w-]*[0-9A-Z])[\w-]{20,}\b/g;

/**
 * For logs and messages to people: the first 2,000 characters, without email addresses, passwords, and anything that
 * could be a reader's token or a key.
 */
export const redact = (text: string) => redactAddresses(text).replace(token, '[token]');

/** The same, but keeps identifiers, for text that names none of ours. */
export function redactAddresses(text: string): string {
  return cut(text)
    .replace(credentialsOrAddress, (_, scheme?: string) =>
      scheme === undefined ? '[address]' : `${scheme}[credentials]@`,
    )
    .replace(password, '$1[password]');
}

/** Half an address or half a token would not be recognised, so the cut falls between words. */
function cut(text: string): string {
  if (text.length <= longestText) return text;
  return `${text.slice(0, longestText).replace(/\S*$/, '')}…`;
}

/** An error can be its own cause. */
const deepestCause = 10;

/** The error at the bottom of a chain of causes; where there are several, the first. */
export function rootCause(error: unknown, depth = 0): unknown {
  if (depth === deepestCause) return error;
  if (error instanceof AggregateError && error.errors.length > 0)
    return rootCause(error.errors[0], depth + 1);
  return error instanceof Error && error.cause !== undefined ? rootCause(error.cause, depth + 1) : error;
}

/**
 * What went wrong, for a person to read: redacted, and neither empty nor `[object Object]`, whatever was thrown. Only
 * the innermost causes are told, since the errors that the database's client wraps around them repeat the parameters
 * of the statement; all causes of an AggregateError, which has no message of its own where a connection failed.
 */
export const describeError = (error: unknown) => redact(messageOf(error));

function messageOf(error: unknown, depth = 0): string {
  if (depth < deepestCause) {
    if (error instanceof AggregateError && error.errors.length > 0)
      return [...new Set(error.errors.map((each) => messageOf(each, depth + 1)))].join('; ');
    if (error instanceof Error && error.cause !== undefined) return messageOf(error.cause, depth + 1);
  }
  if (typeof error === 'string' && error !== '') return error;
  // Not only of Errors: pg-boss emits copies of them that are plain objects.
  const { message, code } = (error ?? {}) as { readonly message?: unknown; readonly code?: unknown };
  for (const text of [message, code]) if (typeof text === 'string' && text !== '') return text;
  if (error instanceof Error) return error.name;
  return inspect(error, { depth: 2, breakLength: Infinity, customInspect: false, maxStringLength: 500 });
}
