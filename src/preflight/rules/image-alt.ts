import { errorOf, type Rule } from '../rule.ts';

const error = errorOf('image-alt');

/** Many clients show no images until asked, and some readers never see them. */
export const imageAlt: Rule = ({ page }) =>
  page.images
    .filter((image) => image.alt === null)
    .map((image) =>
      error(
        'html',
        `The image "${image.src.slice(0, 200)}" has no alt text.`,
        'Give it one in the template; alt="" where it only decorates.',
      ),
    );
