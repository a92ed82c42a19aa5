import { decideVerdict } from '../../domain/comparison/verdict.ts';
import { commandLine } from '../../domain/refusal.ts';
import { pairOf, placeOf, type Rule, warningOf } from '../rule.ts';

const warning = warningOf('no-reviews');

/** "No verdict yet" is honest, but readers expect a verdict. */
export const noReviews: Rule = ({ content }) =>
  content.comparisons
    .filter((comparison) => decideVerdict(comparison).kind === 'none')
    .map((comparison) =>
      warning(
        placeOf(comparison),
        `${pairOf(comparison)} says "No verdict yet", because a tool has no reviews.`,
        `Leave it for a later issue: ${commandLine(`edit --week ${content.week} --drop ${comparison.slug}`)}`,
      ),
    );
