import { errorOf, type Rule } from '../rule.ts';

const error = errorOf('text-links');

/** The text part has every link of the html. */
export const textLinks: Rule = ({ page, rendered }) => {
  const words = new Set(rendered.text.split(/\s+/));
  return [...new Set(page.links)]
    .filter((link) => !words.has(link))
    .map((link) =>
      error(
        'text',
        `The link "${link.slice(0, 200)}" is in the html but not in the text part.`,
        'Render the issue again. If that does not help, add the link in src/render/plain-text.ts.',
      ),
    );
};
