import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cutText, flat } from '../../../../src/domain/wording/lengths.ts';

describe.concurrent('cutting text', () => {
  test('leaves what fits', () => {
    expect(cutText('Short enough.', 13)).toEqual({ text: 'Short enough.', cut: false });
  });

  test('prefers the end of a sentence that keeps at least half', () => {
    expect(cutText('One sentence here. And another that goes on.', 30).text).toBe('One sentence here. …');
  });

  test('else ends at a word, without the comma before the dots', () => {
    expect(cutText('A single sentence, which goes on and on', 20).text).toBe('A single sentence…');
  });

  test('shows the dots alone rather than a part of a word', () => {
    expect(cutText('x'.repeat(50), 20).text).toBe('…');
  });

  test('finds words where a language has no spaces', () => {
    const { text } = cutText('日本語の引用文はとても長いので途中で切る必要があります', 15);
    expect(text).toMatch(/^日本語の.*…$/);
  });

  test('never cuts a family of emoji apart', () => {
    const family = '👩‍👩‍👧‍👦';
    for (let max = 1; max < 60; max += 1)
      expect(cutText(`${family} ${family} ${family} ${family}`, max).text.replaceAll(family, '')).toMatch(
        /^ *…?$/,
      );
  });

  test('keeps a beginning of the text, within the limit', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 200 }),
        fc.integer({ min: 2, max: 100 }),
        (text, max) => {
          const { text: kept, cut } = cutText(text, max);
          expect(kept.length).toBeLessThanOrEqual(max);
          if (cut) expect(flat(text).startsWith(kept.replace(/ ?…$/, ''))).toBe(true);
          else expect(kept).toBe(flat(text));
        },
      ),
    );
  });
});
