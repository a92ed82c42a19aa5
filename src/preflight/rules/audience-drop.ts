import { type Rule, warningOf } from '../rule.ts';

const warning = warningOf('audience-drop');

/** Half the readers gone in a week is more often a fault than a fact. */
export const audienceDrop: Rule = ({ facts: { confirmedReaders, previousAudience } }) =>
  previousAudience === null || confirmedReaders === 0 || confirmedReaders * 2 >= previousAudience
    ? []
    : [
        warning(
          'audience',
          `${confirmedReaders} would get this issue; the last one went to ${previousAudience}.`,
          'Look for a failed import, a wrong database or a wave of suppressions before sending.',
        ),
      ];
