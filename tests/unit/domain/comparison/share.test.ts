import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  atLeastHalf,
  communityShip,
  compareShares,
  panelShip,
  percent,
  percentLabel,
  type Share,
} from '../../../../src/domain/comparison/share.ts';
import { panel, toolOf } from '../../../support/content/fixtures.ts';

const shareArbitrary: fc.Arbitrary<Share> = fc
  .tuple(fc.nat(1_000_000), fc.nat(1_000_000))
  .filter(([ship, skip]) => ship + skip > 0)
  .map(([ship, skip]) => ({ ship, total: ship + skip }));

describe('panel ship', () => {
  test('is the share of the reviews that say ship', () => {
    expect(panelShip(toolOf('a', { reviews: panel('ship ship skip') }))).toEqual({ ship: 2, total: 3 });
  });

  test('is null without reviews, and 0 of 1 if the only review says skip', () => {
    expect(panelShip(toolOf('a'))).toBeNull();
    expect(panelShip(toolOf('a', { reviews: panel('skip') }))).toEqual({ ship: 0, total: 1 });
  });
});

describe('community', () => {
  test('is null for no votes, whether null or 0/0', () => {
    expect(communityShip(toolOf('a', { communityVotes: null }))).toBeNull();
    expect(communityShip(toolOf('a', { communityVotes: { ship: 0, skip: 0 } }))).toBeNull();
  });

  test('is a share from the first vote on', () => {
    expect(communityShip(toolOf('a', { communityVotes: { ship: 0, skip: 1 } }))).toEqual({
      ship: 0,
      total: 1,
    });
  });

  test('stays exact with as many votes as a database column holds', () => {
    const most = 2_147_483_647;
    const share = communityShip(toolOf('a', { communityVotes: { ship: most, skip: most } }));
    expect(share && percent(share)).toBe(50);
  });
});

describe('percent', () => {
  test.each([
    [0, 3, 0],
    [1, 3, 33],
    [2, 3, 67],
    [1, 8, 13],
    [3, 8, 38],
    [1, 200, 1],
    [1, 201, 0],
    [199, 200, 100],
    [249, 250, 100],
    [1, 1, 100],
    [57, 200, 29],
  ])('shows %i of %i as %i', (ship, total, shown) => {
    expect(percent({ ship, total })).toBe(shown);
  });

  test('is within half a point of the fraction, and a half is rounded up', () => {
    fc.assert(
      fc.property(shareArbitrary, (share) => {
        // p − 1/2 ≤ 100·ship/total < p + 1/2, in integers
        const [twicePercent, exact] = [2 * percent(share) * share.total, 200 * share.ship];
        expect(twicePercent - share.total).toBeLessThanOrEqual(exact);
        expect(exact).toBeLessThan(twicePercent + share.total);
      }),
    );
  });

  test('does not fall when the share rises', () => {
    fc.assert(
      fc.property(shareArbitrary, shareArbitrary, (a, b) => {
        if (compareShares(a, b) <= 0) expect(percent(a)).toBeLessThanOrEqual(percent(b));
      }),
    );
  });

  test('is a dash without a share', () => {
    expect(percentLabel(null)).toBe('—');
    expect(percentLabel({ ship: 0, total: 4 })).toBe('0%');
  });
});

describe('comparing shares', () => {
  test('distinguishes shares whose floating-point quotients are equal', () => {
    const close: Share = { ship: 2 ** 53 - 2, total: 2 ** 53 - 1 };
    const closer: Share = { ship: 2 ** 53 - 3, total: 2 ** 53 - 2 };
    expect(compareShares(close, closer)).toBe(1);
  });

  test('finds a third equal to two sixths', () => {
    expect(compareShares({ ship: 1, total: 3 }, { ship: 2, total: 6 })).toBe(0);
  });

  test('is antisymmetric, and scaling changes nothing', () => {
    fc.assert(
      fc.property(shareArbitrary, shareArbitrary, fc.integer({ min: 1, max: 1000 }), (a, b, factor) => {
        expect(compareShares(a, b) + compareShares(b, a)).toBe(0);
        expect(compareShares({ ship: a.ship * factor, total: a.total * factor }, a)).toBe(0);
      }),
    );
  });

  test('counts exactly one half as at least half', () => {
    expect(atLeastHalf({ ship: 2, total: 4 })).toBe(true);
    expect(atLeastHalf({ ship: 499_999, total: 999_999 })).toBe(false);
    expect(atLeastHalf({ ship: 500_000, total: 999_999 })).toBe(true);
  });
});
