import { errorOf, type Rule } from '../rule.ts';

const error = errorOf('has-comparisons');

/** An issue without comparisons is no issue. */
export const hasComparisons: Rule = ({ content }) =>
  content.comparisons.length > 0
    ? []
    : [
        error(
          'issue',
          'The issue has no comparison.',
          'Import comparisons and compose again, or cancel the issue.',
        ),
      ];
