import { expect, test } from 'vitest';
import {
  consentWording,
  isReaderToken,
  newReaderToken,
  readerTokenPattern,
} from '../../../../src/domain/audience/subscriber.ts';

test('a reader’s token is new each time and has 128 bits', () => {
  const tokens = Array.from({ length: 100 }, newReaderToken);
  expect(new Set(tokens).size).toBe(100);
  for (const token of tokens) {
    expect(isReaderToken(token)).toBe(true);
    expect(Buffer.from(token, 'base64url')).toHaveLength(16);
  }
});

test.each([
  '',
  'Zx9_-aBcDeFgHiJkLmNoP',
  'Zx9_-aBcDeFgHiJkLmNoPqR',
  'Zx9_-aBcDeFgHiJkLmNoP.',
  ' Zx9_-aBcDeFgHiJkLmNoPq',
])('%j is no reader’s token', (text) => {
  expect(isReaderToken(text)).toBe(false);
  expect(text).not.toMatch(new RegExp(readerTokenPattern));
});

test('the consent wording names the newsletter and has a version of twelve digits', () => {
  expect(consentWording('Verdicts')).toEqual({
    version: '47602380767e',
    text: 'Email me Verdicts, once a week. I can leave with one click in any issue.',
  });
});

test('a different consent wording has a different version', () => {
  expect(consentWording('A').version).not.toBe(consentWording('B').version);
  expect(consentWording('A')).toEqual(consentWording('A'));
});
