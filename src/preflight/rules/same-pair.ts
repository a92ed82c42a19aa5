import { pairKey } from '../../domain/comparison/pair.ts';
import { commandLine } from '../../domain/refusal.ts';
import { pairOf, placeOf, type Rule, warningOf } from '../rule.ts';

const warning = warningOf('same-pair');

/** Readers have not seen the same two tools compared lately, in either order. */
export const samePair: Rule = ({ content, facts }) =>
  content.comparisons.flatMap((comparison, at) => {
    const fix = `Ignore this if intended; otherwise drop it: ${commandLine(`edit --week ${content.week} --drop ${comparison.slug}`)}`;
    const isTwice = content.comparisons
      .slice(0, at)
      .some((other) => other.slug !== comparison.slug && pairKey(other) === pairKey(comparison));
    const week = facts.pairWeekOf.get(comparison.slug);
    return [
      ...(isTwice ? ['The same two tools are in this issue twice.'] : []),
      ...(week === undefined ? [] : [`The same two tools were in the issue of ${week}.`]),
    ].map((what) => warning(placeOf(comparison), `${pairOf(comparison)}: ${what}`, fix));
  });
