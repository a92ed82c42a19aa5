import type { RenderedIssue } from '../domain/issue/rendered-issue.ts';

/** An issue for the public: as it was sent, but without the reader's own links and without the placeholder. */
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
