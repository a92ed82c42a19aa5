import { type Rule, warningOf } from '../rule.ts';

const warning = warningOf('one-category');

/** An issue about a single category has nothing for readers who care about others. */
export const oneCategory: Rule = ({ content }) => {
  const categories = new Set(content.comparisons.flatMap(({ tools }) => tools.map((tool) => tool.category)));
  if (content.comparisons.length < 2 || categories.size !== 1) return [];
  return [
    warning(
      'issue',
      `All ${content.comparisons.length} comparisons are about ${[...categories][0]}.`,
      'Ignore this if intended; otherwise drop some comparisons to make space for others.',
    ),
  ];
};
