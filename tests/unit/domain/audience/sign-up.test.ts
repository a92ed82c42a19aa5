import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { keysFrom, MissingSecretError } from '../../../../src/domain/audience/keys.ts';
import { networkOf } from '../../../../src/domain/audience/limits.ts';
import { shouldSlowDown } from '../../../../src/domain/audience/sign-up-watch.ts';
import { consentWording } from '../../../../src/domain/audience/subscriber.ts';
import { suggestCorrection } from '../../../../src/domain/audience/typo.ts';

describe('a typo in a domain', () => {
  test.each([
    ['ada@gmial.com', 'ada@gmail.com'],
    ['ada@gmail.con', 'ada@gmail.com'],
    ['ada@gamil.com', 'ada@gmail.com'],
    ['ada@gmal.com', 'ada@gmail.com'],
    ['ada+x@hotmial.com', 'ada+x@hotmail.com'],
    ['ada@outlok.com', 'ada@outlook.com'],
    ['ada@yahooo.com', 'ada@yahoo.com'],
  ])('is seen: %s', (typed, meant) => {
    expect(suggestCorrection(typed)).toBe(meant);
  });

  test.each([
    'ada@gmail.com',
    'ada@ymail.com',
    'ada@mail.com',
    'ada@gmx.net',
    'ada@example.org',
    'ada@he.com',
  ])('is not seen where there is none: %s', (typed) => {
    expect(suggestCorrection(typed)).toBeNull();
  });

  test('is never found in a suggested address, and only the domain is corrected', () => {
    fc.assert(
      fc.property(fc.emailAddress(), (email) => {
        const meant = suggestCorrection(email);
        if (meant === null) return;
        expect(suggestCorrection(meant)).toBeNull();
        expect(meant.startsWith(email.slice(0, email.lastIndexOf('@') + 1))).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});

describe('a network', () => {
  test('is as large as one sender may control: IPv4 /24, IPv6 /48', () => {
    expect(networkOf('192.0.2.7')).toBe(networkOf('192.0.2.255'));
    expect(networkOf('192.0.2.7')).not.toBe(networkOf('192.0.3.7'));
    expect(networkOf('::ffff:192.0.2.7')).toBe(networkOf('192.0.2.1'));
    expect(networkOf('2001:db8:1:2::3')).toBe(networkOf('2001:db8:1:ffff::1'));
    expect(networkOf('2001:db8:1::')).not.toBe(networkOf('2001:db8:2::'));
  });

  test.each(['', 'unknown', '1.2.3.4.5', 'x'.repeat(9_000), '192.0.2.7:8080'])(
    'is one for what is no address: %#',
    (text) => {
      expect(networkOf(text)).toBe('unknown');
    },
  );
});

describe('slowing down', () => {
  const normal = { total: 200, fromFewNetworks: 20, mailed: 150, unconfirmed: 60 };

  test.each([
    ['a quiet hour', { total: 99, fromFewNetworks: 99, mailed: 99, unconfirmed: 99 }, false],
    ['a busy hour of people', normal, false],
    ['just enough sign-ups to tell', { total: 100, fromFewNetworks: 71, mailed: 0, unconfirmed: 0 }, true],
    ['few networks', { ...normal, fromFewNetworks: 141 }, true],
    ['exactly 70 %', { ...normal, fromFewNetworks: 140 }, false],
    ['nobody confirms', { ...normal, unconfirmed: 106 }, true],
    ['too little mailed to tell', { ...normal, mailed: 99, unconfirmed: 99 }, false],
  ])('at %s: %#', (_, figures, slow) => {
    expect(shouldSlowDown(figures, false)).toBe(slow);
  });

  test('goes on until people confirm again or few sign up', () => {
    expect(shouldSlowDown({ ...normal, mailed: 19, unconfirmed: 0 }, true)).toBe(true);
    expect(shouldSlowDown({ ...normal, mailed: 20, unconfirmed: 14 }, true)).toBe(false);
    expect(shouldSlowDown({ ...normal, mailed: 20, unconfirmed: 15 }, true)).toBe(true);
    expect(shouldSlowDown({ total: 99, fromFewNetworks: 0, mailed: 0, unconfirmed: 0 }, true)).toBe(false);
  });
});

describe('the secret', () => {
  const keys = keysFrom('one secret of at least 32 characters');

  test('gives different hashes for each purpose and each secret', () => {
    const other = keysFrom('another secret of at least 32 characters');
    const all = [keys, other].flatMap((each) => [
      each.hashNetwork('x'),
      each.hashAddress('x').slice(0, 22),
      each.linkToken('x'),
    ]);
    expect(new Set(all).size).toBe(all.length);
    expect(keys.linkToken('x')).toMatch(/^[A-Za-z0-9_-]{22}$/);
  });

  test('ignores the case of an address', () => {
    expect(keys.hashAddress('Ada@Example.org')).toBe(keys.hashAddress('ada@example.org'));
  });

  test('is named in the error where it is needed and not set', () => {
    expect(() => keysFrom(null).hashAddress('x')).toThrow(MissingSecretError);
  });
});

test('a different consent wording has a different version', () => {
  expect(consentWording('A').version).not.toBe(consentWording('B').version);
  expect(consentWording('A')).toEqual(consentWording('A'));
});
