import { type Rule, warningOf } from '../rule.ts';

const warning = warningOf('short-links');

const shorteners = new Set([
  'bit.ly',
  'tinyurl.com',
  't.co',
  'goo.gl',
  'ow.ly',
  'is.gd',
  'buff.ly',
  'rebrand.ly',
  'cutt.ly',
  'lnkd.in',
]);

/** Spam filters distrust links that hide their destination. */
export const shortLinks: Rule = ({ page }) =>
  [...new Set(page.links)]
    .filter((link) => shorteners.has(URL.parse(link)?.hostname.replace(/^www\./, '') ?? ''))
    .map((link) =>
      warning(
        'html',
        `The link "${link}" goes through a link shortener.`,
        'Link directly to the destination.',
      ),
    );
