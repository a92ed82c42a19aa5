const address = /(?:"[^"\n]*"|[^\s<>()[\]"'`,;:]*)(?:@|%40)[^\s<>()[\]"'`,;]*/gi;

/**
 * A provider's words, fit to be kept and logged: anything that looks like an address is taken out (messages
 * may echo recipients), control characters too, and it is cut to a sentence or two.
 */
export function redact(message: string): string {
  const plain = message
    .replace(address, '[address]')
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim();
  // Well-formed, since the cut may part a pair of surrogates, which PostgreSQL refuses as JSON.
  return (plain.length <= 300 ? plain : `${plain.slice(0, 299).trimEnd()}…`).toWellFormed();
}
