import { describe, expect, test } from 'vitest';
import { dark, darkMedia, emailCss, light, type Palette } from '../../src/theme.ts';

/** WCAG 2 relative luminance. */
function luminance(colour: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [low = 0, high = 0] = [luminance(a), luminance(b)].toSorted((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

describe.concurrent.each<[string, Palette]>([
  ['light', light],
  ['dark', dark],
])('the %s theme', (_, palette) => {
  test.each(['ink', 'muted', 'ship', 'skip'] as const)('keeps %s readable on paper (WCAG AA)', (name) => {
    expect(contrast(palette[name], palette.paper)).toBeGreaterThanOrEqual(4.5);
  });
});

test('the dark colours depend on one condition, which the preview can swap', () => {
  expect(emailCss().split(darkMedia)).toHaveLength(2);
});
