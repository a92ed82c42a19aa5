import { commandLine } from '../../domain/refusal.ts';
import { errorOf, pairOf, placeOf, type Rule } from '../rule.ts';

const error = errorOf('already-sent');

/** No comparison is sent twice. */
export const alreadySent: Rule = ({ content, facts }) =>
  content.comparisons.flatMap((comparison, at) => {
    const week = Object.hasOwn(facts.earlierWeekOf, comparison.slug)
      ? facts.earlierWeekOf[comparison.slug]
      : undefined;
    const fix = `Drop it: ${commandLine(`edit --week ${content.week} --drop ${comparison.slug}`)}`;
    if (week !== undefined)
      return [error(placeOf(comparison), `${pairOf(comparison)} was already in the issue of ${week}.`, fix)];
    const twice = content.comparisons.findIndex((other) => other.slug === comparison.slug) < at;
    return twice ? [error(placeOf(comparison), `${pairOf(comparison)} is in this issue twice.`, fix)] : [];
  });
