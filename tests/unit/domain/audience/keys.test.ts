import { describe, expect, test } from 'vitest';
import { keysFrom, MissingSecretError } from '../../../../src/domain/audience/keys.ts';

describe('the secret', () => {
  const keys = keysFrom('one secret of at least 32 characters');

  test('gives different hashes for each purpose and each secret', () => {
    const other = keysFrom('another secret of at least 32 characters');
    const all = [keys, other].flatMap((each) => [
      each.hashNetwork('x'),
      each.hashAddress('x').slice(0, 22),
      each.linkToken('x'),
      each.signTime(1),
    ]);
    expect(new Set(all).size).toBe(all.length);
  });

  test('gives hashes that fit in links, forms and columns', () => {
    expect(keys.hashNetwork('x')).toMatch(/^[A-Za-z0-9_-]{22}$/);
    expect(keys.hashAddress('x')).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(keys.linkToken('x')).toMatch(/^[A-Za-z0-9_-]{22}$/);
    expect(keys.signTime(1)).toMatch(/^[A-Za-z0-9_-]{16}$/);
  });

  test('gives a hash that depends on what is hashed, and on nothing else', () => {
    expect(keys.linkToken('x')).not.toBe(keys.linkToken('y'));
    expect(keys.signTime(1)).not.toBe(keys.signTime(2));
    expect(keysFrom('one secret of at least 32 characters').linkToken('x')).toBe(keys.linkToken('x'));
  });

  test('gives the same hashes in every release, since they are stored and mailed', () => {
    expect(keys.hashNetwork('4:192.0.2')).toBe('7GG5X1aHMA3HCRrC4jlHkc');
    expect(keys.hashAddress('ada@example.org')).toBe('9GMtPRLg3vuBrtYbj1YAlDzacHveCd14hxduoxxmcx0');
    expect(keys.linkToken('nonce')).toBe('LW0u0lXFGrE7BtYX-eRxlw');
    expect(keys.signTime(1_764_000_000_000)).toBe('gHDvtpgIOKk0fpA1');
  });

  test('ignores the case of an address', () => {
    expect(keys.hashAddress('Ada@Example.org')).toBe(keys.hashAddress('ada@example.org'));
  });

  test('is named in the error where it is needed and not set', () => {
    expect(() => keysFrom(null).hashAddress('x')).toThrow(MissingSecretError);
    expect(() => keysFrom(null).linkToken('x')).toThrow(/^APP_SECRET is not set/);
  });
});
