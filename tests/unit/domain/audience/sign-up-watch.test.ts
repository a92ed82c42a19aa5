import { describe, expect, test } from 'vitest';
import { shouldSlowDown } from '../../../../src/domain/audience/sign-up-watch.ts';

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
