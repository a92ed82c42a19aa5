import { commandLine } from '../../domain/refusal.ts';
import { visibleLine } from '../../domain/text.ts';
import { errorOf, type Rule } from '../rule.ts';

const error = errorOf('preheader');

/** Inboxes show the preheader next to the subject; without one they show the masthead. */
export const preheader: Rule = ({ rendered, page, content }) => {
  const fix = `Write one: ${commandLine(`edit --week ${content.week} --preheader "…"`)}`;
  const words = visibleLine(rendered.preheader);
  if (words === '') return [error('preheader', 'The preheader is empty.', fix)];
  // The html shortens a long preheader, so only its start is compared.
  const start = [...words].slice(0, 40).join('');
  return page.text.slice(0, 200).includes(start)
    ? []
    : [error('html', 'The html does not start with the preheader.', 'Render the issue again.')];
};
