import { darkMedia } from '../../theme.ts';
import type { Scheme } from './frames.ts';

/** Links open in a new tab. A scrollbar would make 320 px narrower than on a phone. */
const frameHead = '<base target="_blank"><style>html{scrollbar-width:none}</style>';

/**
 * The html with its dark styles switched on or off, whatever the browser prefers. Only style sheets are changed:
 * content may mention media queries. Without a scheme the html stays the same to the byte.
 */
export function forceScheme(html: string, scheme: Scheme | null): string {
  if (scheme === null) return html;
  const media = scheme === 'dark' ? '@media all' : '@media not all';
  return html
    .replace(/<style[^>]*>[\s\S]*?<\/style>/g, (sheet) =>
      sheet.replaceAll(darkMedia, media).replaceAll('color-scheme:light dark', `color-scheme:${scheme}`),
    )
    .replace(/<\/head>/i, () => `${frameHead}</head>`);
}
