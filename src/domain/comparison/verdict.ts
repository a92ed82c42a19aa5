import type { Comparison } from './comparison.ts';
import { atLeastHalf, communityShip, compareShares, panelShip } from './share.ts';

/** Which tool to ship. `winner` is the index into `comparison.tools`. */
export type Verdict =
  | { readonly kind: 'winner'; readonly winner: 0 | 1 }
  | { readonly kind: 'both' }
  | { readonly kind: 'neither' }
  | { readonly kind: 'none' };

/** Votes that each tool needs before the community can break the panel's tie. */
const minVotesForTieBreak = 10;

/** The panel's verdict or, if that is a tie, the community's. The rules are in docs/verdict.md. */
export function decideVerdict({ tools: [first, second] }: Comparison): Verdict {
  const a = panelShip(first);
  const b = panelShip(second);
  if (a === null || b === null) return { kind: 'none' };
  if (!atLeastHalf(a) && !atLeastHalf(b)) return { kind: 'neither' };

  const byPanel = compareShares(a, b);
  if (byPanel !== 0) return { kind: 'winner', winner: byPanel > 0 ? 0 : 1 };

  const votesA = communityShip(first);
  const votesB = communityShip(second);
  const enoughVotes =
    votesA !== null &&
    votesB !== null &&
    votesA.total >= minVotesForTieBreak &&
    votesB.total >= minVotesForTieBreak;
  const byCommunity = enoughVotes ? compareShares(votesA, votesB) : 0;
  return byCommunity === 0 ? { kind: 'both' } : { kind: 'winner', winner: byCommunity > 0 ? 0 : 1 };
}

/** The verdict in words: "Ship Cursor", "Both ship", "Skip both", "No verdict yet". */
export function verdictHeadline(comparison: Comparison): string {
  const verdict = decideVerdict(comparison);
  switch (verdict.kind) {
    case 'winner':
      return `Ship ${comparison.tools[verdict.winner].name}`;
    case 'both':
      return 'Both ship';
    case 'neither':
      return 'Skip both';
    case 'none':
      return 'No verdict yet';
  }
}
