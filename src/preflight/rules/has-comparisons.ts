import { errorOf, type Rule } from '../rule.ts';

const error = errorOf('has-comparisons');

/** The issue has at least one comparison. */
export const hasComparisons: Rule = ({ content }) =>
  content.comparisons.length > 0
    ? []
    : [
        error(
          'issue',
          'The issue has no comparisons.',
          'Import comparisons and compose again, or cancel the issue.',
        ),
      ];
