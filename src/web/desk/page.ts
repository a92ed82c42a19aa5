import { html } from 'hono/html';
import type { Html } from './format.ts';

export const stylesheetPath = '/preview.css';

/** The sheet of paper that every page is written on. */
export function page(newsletter: string, title: string, content: Html): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · ${newsletter}, preview</title>
<link rel="stylesheet" href="${stylesheetPath}">
<link rel="icon" href="data:,">
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
<header class="masthead">
<p class="name" dir="auto"><a href="/">${newsletter}</a></p>
<nav aria-label="Preview"><a href="/">All issues</a></nav>
</header>
<main id="content" tabindex="-1">
${content}
</main>
<footer class="colophon"><p>This preview only reads: nothing here changes, approves or sends an issue.</p></footer>
</body>
</html>`;
}

/** A page that says one thing. */
export function messagePage(newsletter: string, title: string, text: string): Html {
  return page(
    newsletter,
    title,
    html`<h1>${title}</h1>
<p class="lede">${text}</p>
<p><a href="/">To the coming issue and earlier ones</a></p>`,
  );
}
