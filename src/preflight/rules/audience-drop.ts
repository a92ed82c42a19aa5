import { type Rule, warningOf } from '../rule.ts';

const warning = warningOf('audience-drop');

/** Losing half of the readers in a week is more likely a mistake than real. */
export const audienceDrop: Rule = ({ facts: { confirmedReaders, previousAudience } }) =>
  previousAudience === null || confirmedReaders === 0 || confirmedReaders * 2 >= previousAudience
    ? []
    : [
        warning(
          'audience',
          `This issue would go to ${confirmedReaders}; the last one went to ${previousAudience}.`,
          'Before sending, look for a failed import, a wrong database or a wave of suppressions.',
        ),
      ];
