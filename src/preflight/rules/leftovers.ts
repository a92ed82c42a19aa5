import { visibleLine } from '../../domain/text.ts';
import { errorOf, type Rule } from '../rule.ts';

const error = errorOf('leftovers');

/** What templates leave behind; letter case counts. */
const marks = [
  'TODO',
  'FIXME',
  'XXX',
  'TBD',
  'Lorem ipsum',
  'lorem ipsum',
  'undefined',
  '[object Object]',
  'NaN',
  'Invalid Date',
];

/** Unfinished template text. A word that the comparisons or the editor use themselves is theirs to use. */
export const leftovers: Rule = ({ page, rendered, content, envelope }) => {
  const theirs = JSON.stringify([content, envelope.from]);
  const parts = [
    ['html', page.text],
    ['text', visibleLine(rendered.text)],
  ] as const;
  return parts.flatMap(([part, text]) =>
    marks
      .filter((mark) => !theirs.includes(mark) && asWord(mark).test(text))
      .map((mark) =>
        error(part, `"${mark}" is left over from a template.`, 'Finish the template and render again.'),
      ),
  );
};

function asWord(mark: string): RegExp {
  const literal = mark.replace(/[[\]]/g, '\\$&');
  return new RegExp(`(?<![\\p{L}\\p{N}_])${literal}(?![\\p{L}\\p{N}_])`, 'u');
}
