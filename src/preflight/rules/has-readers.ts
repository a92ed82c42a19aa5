import { errorOf, type Rule } from '../rule.ts';

const error = errorOf('has-readers');

/** The issue has at least one reader. */
export const hasReaders: Rule = ({ facts }) =>
  facts.confirmedReaders > 0
    ? []
    : [
        error(
          'audience',
          'Nobody would get this issue: there are no confirmed subscribers.',
          'Import subscribers (subscribers import) or wait for the first sign-up.',
        ),
      ];
