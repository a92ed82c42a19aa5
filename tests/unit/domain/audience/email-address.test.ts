import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { describeUnusable, parseEmailAddress } from '../../../../src/domain/audience/email-address.ts';

describe('an address', () => {
  test.each([
    ['ann@example.com', 'ann@example.com'],
    ['  ann@example.com\n', 'ann@example.com'],
    ['\u200bann@example.com\ufeff', 'ann@example.com'],
    ['\u202a \u200eann@example.com\u202c\u00a0', 'ann@example.com'],
    ['ann@example.com\ufe0f', 'ann@example.com'],
    ['Ann.Lee+news@EXAMPLE.Com', 'Ann.Lee+news@example.com'],
    ["o'brien@example.ie", "o'brien@example.ie"],
    ['!#$%&*/=?^_`{|}~-@example.com', '!#$%&*/=?^_`{|}~-@example.com'],
    ['ann@bücher.example', 'ann@xn--bcher-kva.example'],
    ['ann@BÜCHER.example', 'ann@xn--bcher-kva.example'],
    ['ann@xn--bcher-kva.example', 'ann@xn--bcher-kva.example'],
    ['ann@例え.テスト', 'ann@xn--r8jz45g.xn--zckzah'],
    ['ann@a.b.c.d.example', 'ann@a.b.c.d.example'],
    ['1@2.de', '1@2.de'],
    ['ann@example.x', 'ann@example.x'],
  ])('%o is %o', (typed, address) => {
    expect(parseEmailAddress(typed)).toBe(address);
  });

  test.each(['', '   ', '\u00a0', '\u200b \u2060'])('%o is empty', (typed) => {
    expect(parseEmailAddress(typed)).toEqual({ fault: 'empty' });
  });

  test.each([
    'ann',
    'ann.example',
    '@example.com',
    'ann@',
    'ann@example',
    'ann@localhost',
    'ann@@example.com',
    'ann@bob@example.com',
    '.ann@example.com',
    'ann.@example.com',
    'an..n@example.com',
    'an n@example.com',
    '"ann lee"@example.com',
    'Ann <ann@example.com>',
    'ann@example.com, bob@example.com',
    'änn@example.com',
    'ann@-example.com',
    'ann@example-.com',
    'ann@exam_ple.com',
    'ann@example..com',
    'ann@.example.com',
    'ann@example.com.',
    'ann@example.123',
    'ann@127.0.0.1',
    'ann@0x7f.1',
    'ann@[127.0.0.1]',
    'ann@[IPv6:::1]',
    'ann@exa mple.com',
    'ann(comment)@example.com',
    'ann\u0000@example.com',
    'ann@example.com\u0000',
    'mailto:ann@example.com',
  ])('%o is not an address', (typed) => {
    expect(parseEmailAddress(typed)).toEqual({ fault: 'not an address' });
  });

  test.each([
    ['a\u00adnn@example.com', 2, 'U+00AD'],
    ['\u200bann@exam\u200bple.com', 9, 'U+200B'],
    ['ann@example\u2060.com', 12, 'U+2060'],
    ['an\u{e0061}n@example.com', 3, 'U+E0061'],
    ['🦉\u034fann@example.com', 2, 'U+034F'],
  ])('%o has a hidden character, at place %i', (typed, place, code) => {
    expect(parseEmailAddress(typed)).toEqual({ fault: 'hidden character', place, code });
    expect(describeUnusable({ fault: 'hidden character', place, code })).toBe(
      `character ${place} is hidden (${code})`,
    );
  });

  test.each([
    'ann@example.com/path',
    'ann@example.com?cc=bob@example.com',
    'ann@example.com?cc=bob',
    'ann@example.com#x',
    'ann@example.com:25',
    'ann@example.com\\x',
    'ann@ex%61mple.com',
    'ann@exam\tple.com',
    'ann@exam\nple.com',
    'ann@example.com\r\nBcc: eve@example.com',
    'ann\r\nBcc: eve@example.com',
  ])('%o is not silently corrected into an address', (typed) => {
    expect(parseEmailAddress(typed)).toEqual({ fault: 'not an address' });
  });

  test('has at most 64 characters before the @ and 254 in total', () => {
    const domain = `${`${'d'.repeat(59)}.`.repeat(3)}example`;
    expect(parseEmailAddress(`${'a'.repeat(64)}@example.com`)).toBe(`${'a'.repeat(64)}@example.com`);
    expect(parseEmailAddress(`${'a'.repeat(65)}@example.com`)).toEqual({ fault: 'too long' });
    expect(parseEmailAddress(`${'a'.repeat(64)}@${domain}`)).toHaveLength(64 + 1 + domain.length);
    const longest = `${'a'.repeat(63)}@${'d'.repeat(2)}.${domain}`;
    expect(longest).toHaveLength(254);
    expect(parseEmailAddress(longest)).toBe(longest);
    expect(parseEmailAddress(`a${longest}`)).toEqual({ fault: 'too long' });
    expect(parseEmailAddress('x'.repeat(320))).toEqual({ fault: 'not an address' });
    expect(parseEmailAddress('x'.repeat(321))).toEqual({ fault: 'too long' });
    expect(parseEmailAddress(`${'a'.repeat(60)}@${'d'.repeat(60)}.${domain}`)).toEqual({ fault: 'too long' });
    expect(parseEmailAddress(`ann@${'d'.repeat(64)}.com`)).toEqual({ fault: 'not an address' });
    expect(parseEmailAddress(`${'a'.repeat(1_000_000)}@example.com`)).toEqual({ fault: 'too long' });
  });
});

describe('any text', () => {
  const likely = fc.oneof(
    fc.emailAddress(),
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.tuple(fc.string({ maxLength: 20 }), fc.webUrl()).map(([local, url]) => `${local}@${url.slice(8)}`),
    fc.tuple(fc.string({ unit: 'binary', maxLength: 10 }), fc.domain()).map(([local, d]) => `${local}@${d}`),
    fc.tuple(fc.domain(), fc.string({ unit: 'binary', maxLength: 10 })).map(([d, rest]) => `ann@${d}${rest}`),
  );

  test('gives a fault or plain ASCII with one @, safe in a header', () => {
    fc.assert(
      fc.property(likely, (typed) => {
        const address = parseEmailAddress(typed);
        if (typeof address !== 'string') return;
        expect(address).toMatch(/^[!-~]+$/);
        expect(address).not.toMatch(/[\s<>(),;:"[\]\\]/);
        expect(address.split('@')).toHaveLength(2);
        expect(address.length).toBeLessThanOrEqual(254);
      }),
      { numRuns: 1000 },
    );
  });

  test('parses to an address that parses to itself', () => {
    fc.assert(
      fc.property(likely, (typed) => {
        const address = parseEmailAddress(typed);
        if (typeof address === 'string') expect(parseEmailAddress(address)).toBe(address);
      }),
      { numRuns: 1000 },
    );
  });
});
