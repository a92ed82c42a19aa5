import { errorOf, type Rule } from '../rule.ts';

const error = errorOf('has-readers');

/** There is somebody to send to. */
export const hasReaders: Rule = ({ facts }) =>
  facts.confirmedReaders > 0
    ? []
    : [
        error(
          'audience',
          'Nobody would get this issue: there is no confirmed reader.',
          'Import subscribers (subscribers import) or wait for the first sign-up.',
        ),
      ];
