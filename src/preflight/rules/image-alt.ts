import { errorOf, type Rule } from '../rule.ts';

const error = errorOf('image-alt');

/** Many mail clients hide images at first, and some readers cannot see them. */
export const imageAlt: Rule = ({ page }) =>
  page.images
    .filter((image) => image.alt === null)
    .map((image) =>
      error(
        'html',
        `The image "${image.src.slice(0, 200)}" has no alt text.`,
        'Add one in the template, or alt="" if the image is only decoration.',
      ),
    );
