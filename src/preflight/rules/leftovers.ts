import { visibleLine } from '../../domain/text.ts';
import { errorOf, type Rule } from '../rule.ts';

const error = errorOf('leftovers');

/** Traces of an unfinished template; upper and lower case matter. */
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

/** The issue has no unfinished template text. Words from the comparisons or the editor do not count. */
export const leftovers: Rule = ({ page, rendered, content, envelope }) => {
  const ownWords = JSON.stringify([content, envelope.from]);
  const parts = [
    ['html', page.text],
    ['text', visibleLine(rendered.text)],
  ] as const;
  return parts.flatMap(([part, text]) =>
    marks
      .filter((mark) => !ownWords.includes(mark) && asWord(mark).test(text))
      .map((mark) =>
        error(
          part,
          `"${mark}" is left over from a template.`,
          'Finish the template and render the issue again.',
        ),
      ),
  );
};

function asWord(mark: string): RegExp {
  const literal = mark.replace(/[[\]]/g, '\\$&');
  return new RegExp(`(?<![\\p{L}\\p{N}_])${literal}(?![\\p{L}\\p{N}_])`, 'u');
}
