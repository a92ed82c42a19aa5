import type { Tool } from './comparison.ts';

/** How many out of how many say ship; compared as an exact fraction, shown as a whole percentage. */
export interface Share {
  readonly ship: number;
  readonly total: number;
}

/** Share of a tool's reviews that say ship; `null` without reviews. */
export function panelShip(tool: Tool): Share | null {
  const ship = tool.reviews.filter((review) => review.verdict === 'ship').length;
  return tool.reviews.length === 0 ? null : { ship, total: tool.reviews.length };
}

/** Share of reader votes that say ship; `null` while there are none. */
export function communityShip(tool: Tool): Share | null {
  const { ship, skip } = tool.communityVotes ?? { ship: 0, skip: 0 };
  return ship + skip === 0 ? null : { ship, total: ship + skip };
}

/** The sign of a − b, exactly: cross-multiplied as integers, so that thirds are not rounded. */
export function compareShares(a: Share, b: Share): number {
  const left = BigInt(a.ship) * BigInt(b.total);
  const right = BigInt(b.ship) * BigInt(a.total);
  return left < right ? -1 : left > right ? 1 : 0;
}

export function atLeastHalf(share: Share): boolean {
  return compareShares(share, { ship: 1, total: 2 }) >= 0;
}

/** A whole percentage, rounded half up: 1 of 8 (12.5 %) → 13. */
export function percent(share: Share): number {
  const doubled = BigInt(share.ship) * 200n + BigInt(share.total);
  return Number(doubled / (2n * BigInt(share.total)));
}

/** "67%", or "—" without a share. */
export function percentLabel(share: Share | null): string {
  return share === null ? '—' : `${percent(share)}%`;
}
