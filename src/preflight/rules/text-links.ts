import { errorOf, type Rule } from '../rule.ts';

const error = errorOf('text-links');

/** Who reads the text part can go wherever the html leads. */
export const textLinks: Rule = ({ page, rendered }) => {
  const words = new Set(rendered.text.split(/\s+/));
  return [...new Set(page.links)]
    .filter((link) => !words.has(link))
    .map((link) =>
      error(
        'text',
        `The link "${link.slice(0, 200)}" is in the html but not in the text part.`,
        'Render the issue again; if it stays, add the link to the text writer.',
      ),
    );
};
