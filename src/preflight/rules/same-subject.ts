import { commandLine } from '../../domain/refusal.ts';
import { visibleLine } from '../../domain/text.ts';
import { type Rule, warningOf } from '../rule.ts';

const warning = warningOf('same-subject');

/** No earlier issue has this subject: mail clients put the two into one thread and fold what they share. */
export const sameSubject: Rule = ({ rendered, content, facts }) => {
  const earlier = facts.earlierSubjects.find(
    ({ subject }) => comparable(subject) === comparable(rendered.subject),
  );
  return earlier === undefined || comparable(rendered.subject) === ''
    ? []
    : [
        warning(
          'subject',
          `The issue of ${earlier.week} has the same subject; mail clients show the two as one conversation.`,
          `Write another: ${commandLine(`edit --week ${content.week} --subject "…"`)}`,
        ),
      ];
};

const comparable = (subject: string) => visibleLine(subject).normalize('NFC').toLowerCase();
