import { type Rule, warningOf } from '../rule.ts';

const warning = warningOf('one-category');

/** Several comparisons, all of one category: readers of the others get nothing. */
export const oneCategory: Rule = ({ content }) => {
  const categories = new Set(content.comparisons.flatMap(({ tools }) => tools.map((tool) => tool.category)));
  if (content.comparisons.length < 2 || categories.size !== 1) return [];
  return [
    warning(
      'issue',
      `All ${content.comparisons.length} comparisons are about ${[...categories][0]}.`,
      'Fine if meant; else reorder or drop some and let others in.',
    ),
  ];
};
