import { commandLine } from '../../domain/refusal.ts';
import { errorOf, type Rule, warningOf } from '../rule.ts';

const error = errorOf('subject');
const warning = warningOf('subject-style');

const longest = 120;
const longestShown = 78;

/** The subject exists, fits, and does not look like spam. */
export const subject: Rule = ({ rendered, content }) => {
  const text = rendered.subject.trim();
  const length = [...new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(text)].length;
  const fix = `Write another: ${commandLine(`edit --week ${content.week} --subject "…"`)}`;
  if (text === '') return [error('subject', 'The subject is empty.', fix)];
  if (/[\r\n]/.test(text)) return [error('subject', 'The subject contains a line break.', fix)];
  if (length > longest)
    return [error('subject', `The subject has ${length} characters; at most ${longest} are allowed.`, fix)];
  const findings = [];
  if (length > longestShown)
    findings.push(
      warning('subject', `The subject has ${length} characters; inboxes show at most ${longestShown}.`, fix),
    );
  const names = content.comparisons.flatMap(({ tools }) => tools.map((tool) => tool.name));
  if (shouts(names.reduce((rest, name) => rest.replaceAll(name, ''), text)))
    findings.push(
      warning('subject', 'The subject shouts: it is mostly capitals or has several exclamation marks.', fix),
    );
  return findings;
};

/** Mostly capitals, or more than one exclamation mark. Short words do not count, because of "GPT" and "API". */
function shouts(text: string): boolean {
  const words = text.match(/\p{L}{4,}/gu) ?? [];
  const loud = words.filter((word) => word === word.toUpperCase() && word !== word.toLowerCase());
  return (loud.length >= 2 && loud.length > words.length / 2) || (text.match(/[!！]/g) ?? []).length > 1;
}
