import type { RenderedIssue } from '../domain/issue/rendered-issue.ts';

/**
 * An issue as anybody may see it: what was sent, but for the links that belong to one reader, which go with
 * their words. Nothing is left of the placeholder.
 */
export function publicIssue({ html, text, placeholder }: RenderedIssue): {
  readonly html: string;
  readonly text: string;
} {
  const linkOfReader = new RegExp(`<a\\b[^>]*${placeholder}[^>]*>[^<]*</a>(?: · )?`, 'g');
  const lineOfReader = new RegExp(`^.*${placeholder}.*\\n?`, 'gm');
  return {
    html: html.replace(linkOfReader, '').replaceAll(placeholder, ''),
    text: text.replace(lineOfReader, '').replaceAll(placeholder, ''),
  };
}
