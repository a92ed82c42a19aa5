import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  counted,
  escapeBracesInText,
  escapeContent,
  escapeHtml,
  excerpt,
  oneLine,
  paragraphsOf,
  shortenLabel,
  visibleLine,
} from '../../../src/domain/text.ts';
import { textOf } from '../../support/content/arbitraries.ts';

const graphemes = (text: string) =>
  [...new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(text)].map((part) => part.segment);

test.each([
  ['  two\r\n\t words\u0007 ', 'two words'],
  ['half \ud800 of a pair', 'half \ufffd of a pair'],
  ['\u2028', ''],
])('%j on one line is %j', (text, line) => {
  expect(oneLine(text)).toBe(line);
});

test('a line is shown without the word joiners that keep braces apart', () => {
  expect(visibleLine(' a\u2060{\u2060\n{b\ud800 ')).toBe('a{ {b\ufffd');
});

test('braces in a link are percent-encoded in text, elsewhere kept apart', () => {
  expect(escapeBracesInText('{{{x}}} http://s.example/{{{x}}} https://s.example/{{{x}}}')).toBe(
    '{{\u2060{x}}} http://s.example/{{%7Bx}}} https://s.example/{{%7Bx}}}',
  );
});

test('an empty line starts a new paragraph, and empty paragraphs are left out', () => {
  expect(paragraphsOf('one\nstill one\n\ntwo\n \t\nthree')).toEqual(['one\nstill one', 'two', 'three']);
  expect(paragraphsOf('\n\none\n\n\n\n')).toEqual(['one']);
  expect(paragraphsOf(' ')).toEqual([]);
});

test('what means something in html is escaped; quotation marks where attributes need it', () => {
  expect(escapeContent(`<a b="c" d='e'> & &amp;`)).toBe(`&lt;a b="c" d='e'&gt; &amp; &amp;amp;`);
  expect(escapeHtml(`<a b="c" d='e'>`)).toBe('&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt;');
});

test('a number stands with its noun in singular or plural', () => {
  expect([0, 1, 2].map((n) => counted(n, 'link'))).toEqual(['0 links', '1 link', '2 links']);
  expect([1, 2].map((n) => counted(n, 'batch', 'batches'))).toEqual(['1 batch', '2 batches']);
});

describe('an excerpt', () => {
  test('is the whole text where it fits', () => {
    expect(excerpt('Short enough.', 13)).toEqual({ text: 'Short enough.', cut: false });
  });

  test('ends after a sentence if that keeps at least half of the length', () => {
    expect(excerpt('One sentence here. And another that goes on.', 30).text).toBe('One sentence here. …');
  });

  test('otherwise ends after a word, without the comma before the dots', () => {
    expect(excerpt('A single sentence, which goes on and on', 20).text).toBe('A single sentence…');
  });

  test.each([
    [9, 'Aaa bbb.…'],
    [10, 'Aaa bbb.…'],
    [11, 'Aaa bbb. …'],
    [18, 'Aaa bbb. …'],
    [19, 'Aaa bbb. Ccc ddd…'],
  ])('of %i characters at most is cut so that the dots fit', (max, text) => {
    expect(excerpt('Aaa bbb. Ccc ddd eee fff', max)).toEqual({ text, cut: true });
  });

  test('has the dots once where the text has its own', () => {
    expect(excerpt('Well… and so on', 8).text).toBe('Well…');
  });

  test('is only the dots where the first word is too long', () => {
    expect(excerpt('x'.repeat(50), 20).text).toBe('…');
  });

  test('finds the words of a language without spaces', () => {
    const { text } = excerpt('日本語の引用文はとても長いので途中で切る必要があります', 15);
    expect(text).toMatch(/^日本語の.*…$/);
  });

  test('never splits a family emoji', () => {
    const family = '👩‍👩‍👧‍👦';
    for (let max = 1; max < 60; max += 1)
      expect(excerpt(`${family} ${family} ${family} ${family}`, max).text.replaceAll(family, '')).toMatch(
        /^ *…?$/,
      );
  });

  test('is a beginning of the text within the limit', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 200 }),
        fc.integer({ min: 2, max: 100 }),
        (text, max) => {
          const { text: kept, cut } = excerpt(text, max);
          expect(kept.length).toBeLessThanOrEqual(max);
          if (cut) expect(oneLine(text).startsWith(kept.replace(/ ?…$/, ''))).toBe(true);
          else expect(kept).toBe(oneLine(text));
        },
      ),
    );
  });
});

describe('shortening a label', () => {
  test.each([
    ['short', 10, 'short'],
    ['  two\n\twords ', 10, 'two words'],
    ['exactly ten', 11, 'exactly ten'],
    ['one two three four', 12, 'one two…'],
    ['one two, three four', 12, 'one two…'],
    ['one two, — three', 14, 'one two…'],
    ['abc defgh', 6, 'abc d…'],
    ['unbreakableword', 8, 'unbreak…'],
    ['an unbreakableword', 10, 'an unbrea…'],
    ['👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦', 2, '👩‍👩‍👧‍👦…'],
    ['🇮🇸🇩🇰🇳🇴🇸🇪', 3, '🇮🇸🇩🇰…'],
    ['e\u0301e\u0301e\u0301', 2, 'e\u0301…'],
    ['e\u0301e\u0301', 2, 'e\u0301e\u0301'],
    ['abc', 1, '…'],
    ['', 5, ''],
  ])('%o to %i gives %o', (text, max, short) => {
    expect(shortenLabel(text, max)).toBe(short);
  });

  test('never exceeds the length, splits a character or changes what it keeps', () => {
    const anyText = fc.oneof(
      textOf(300),
      fc.string({ unit: 'binary', maxLength: 200 }),
      fc
        .array(
          fc.constantFrom(
            '👩‍👩‍👧‍👦',
            '🇮🇸',
            'e\u0301\u0327',
            ' \u0301',
            'ก็',
            '한',
            ' ',
            '\u00a0',
            '—',
            'a',
            '\u200d',
            '\r\n',
          ),
        )
        .map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(anyText, fc.integer({ min: 1, max: 200 }), (text, max) => {
        const line = oneLine(text);
        const short = shortenLabel(text, max);
        expect(graphemes(short).length).toBeLessThanOrEqual(max);
        if (short === line) return;
        expect(short.endsWith('…')).toBe(true);
        const kept = short.slice(0, -1);
        expect(line.startsWith(kept)).toBe(true);
        const whole = graphemes(line);
        expect(graphemes(kept)).toEqual(whole.slice(0, graphemes(kept).length));
      }),
      { numRuns: 1000 },
    );
  });

  test('keeps more than half of the length when it cuts at a word', () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[a-z]{1,30}$/), { minLength: 1, maxLength: 40 }), (words) => {
        const text = words.join(' ');
        const short = shortenLabel(text, 60);
        if (text.length > 60) expect(short.length).toBeGreaterThan(30);
        else expect(short).toBe(text);
      }),
    );
  });
});
