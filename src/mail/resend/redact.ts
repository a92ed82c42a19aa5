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
  return plain.length <= 300 ? plain : `${plain.slice(0, 299).trimEnd()}…`;
}
