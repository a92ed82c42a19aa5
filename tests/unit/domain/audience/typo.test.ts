import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { domainOf, isCommonDomain, suggestCorrection } from '../../../../src/domain/audience/typo.ts';

/** Without the last letter of the name. */
const misspelt = (domain: string) => [`ada@${domain.replace(/.\./, '.')}`, `ada@${domain}`];

describe('a typo in a domain', () => {
  test.each([
    ['ada@gmial.com', 'ada@gmail.com'],
    ['ada@gmail.con', 'ada@gmail.com'],
    ['ada@gamil.com', 'ada@gmail.com'],
    ['ada@gmal.com', 'ada@gmail.com'],
    ['ada+x@hotmial.com', 'ada+x@hotmail.com'],
    ['ada@outlok.com', 'ada@outlook.com'],
    ['ada@yahooo.com', 'ada@yahoo.com'],
    ['ada@gmail.cmo', 'ada@gmail.com'],
    ['"a@b"@gmial.com', '"a@b"@gmail.com'],
    ...['googlemail.com', 'outlook.com', 'hotmail.com', 'hotmail.co.uk', 'live.com'].map(misspelt),
    ...['yahoo.com', 'yahoo.co.uk', 'icloud.com', 'proton.me', 'protonmail.com', 'fastmail.com'].map(
      misspelt,
    ),
    ...['ymail.com', 'yandex.ru'].map(misspelt),
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
    'ada@gmx.dee',
    'ada@emaill.com',
    'ada@maill.com',
    'ada@gmxil.cxm',
    'ada@liamg.com',
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

test('a domain is what follows the last @', () => {
  expect(domainOf('ada@example.org')).toBe('example.org');
  expect(domainOf('"a@b"@example.org')).toBe('example.org');
});

test.each([
  'gmail.com',
  'gmx.de',
  'gmx.net',
  'gmx.at',
  'web.de',
  'me.com',
  'msn.com',
  'aol.com',
  'hey.com',
  'mail.com',
  'email.com',
  'qq.com',
])('many people use %s', (domain) => {
  expect(isCommonDomain(domain)).toBe(true);
  expect(isCommonDomain(`my-${domain}`)).toBe(false);
});
