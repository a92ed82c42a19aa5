import { html } from 'hono/html';

/** Markup whose interpolated values are escaped already. */
export type Html = ReturnType<typeof html>;

export interface DocumentParts {
  readonly title: Html | string;
  readonly stylesheetPath: string;
  /** Anything else for the `head`. */
  readonly head?: Html;
  readonly header: Html;
  readonly content: Html;
  readonly footer: Html;
}

/** The HTML document of every page, for readers and editors: no script, no cookie, nothing from another site. */
export function htmlDocument({ title, stylesheetPath, head, header, content, footer }: DocumentParts): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="stylesheet" href="${stylesheetPath}">
<link rel="icon" href="data:,">
${head}
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
${header}
<main id="content" tabindex="-1">
${content}
</main>
${footer}
</body>
</html>`;
}

export interface Message {
  readonly title: string;
  readonly text: string;
}

/** The content of a page that says one thing, and links back to the start. */
export const messageContent = ({ title, text }: Message, backLabel: string): Html => html`<h1>${title}</h1>
<p class="lede">${text}</p>
<p><a href="/">${backLabel}</a></p>`;
