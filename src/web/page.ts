import { html } from 'hono/html';
import type { Publication } from '../domain/issue/publication.ts';
import { stylesheetPath } from './stylesheet.ts';

/** Markup whose interpolated values are escaped already. */
export type Html = ReturnType<typeof html>;

/** What the sheet around every page says. */
export interface Sheet extends Publication {
  readonly privacyUrl: string | null;
}

export interface PageParts {
  /** Left out on the front page, which has the newsletter's name alone. */
  readonly title?: string;
  readonly content: Html;
  /** More for the head: `link rel=alternate`, Open Graph. */
  readonly head?: Html;
}

/** The sheet of paper that every page for readers is written on: no script, no cookie, nothing from elsewhere. */
export function page(sheet: Sheet, { title, content, head }: PageParts): Html {
  const { name, siteUrl, postalAddress, privacyUrl } = sheet;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title === undefined ? name : html`${title} · ${name}`}</title>
<link rel="stylesheet" href="${stylesheetPath}">
<link rel="icon" href="data:,">
<link rel="alternate" type="application/atom+xml" href="/feed.xml" title="${name}">
${head}
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
<header>
<p class="name" dir="auto"><a href="/">${name}</a></p>
<nav aria-label="Pages"><a href="/issues">Issues</a>${siteUrl !== null && html`<a href="${siteUrl}">Comparisons</a>`}</nav>
</header>
<main id="content" tabindex="-1">
${content}
</main>
<footer>
<p><a href="/feed.xml">Feed</a>${privacyUrl !== null && html`<a href="${privacyUrl}">Privacy</a>`}</p>
${postalAddress !== null && html`<p dir="auto">${postalAddress}</p>`}
</footer>
</body>
</html>`;
}

/** A page that says one thing, and where to go from there. */
export function messagePage(
  sheet: Sheet,
  message: { readonly title: string; readonly text: string; readonly onward?: Html },
): Html {
  const { title, text, onward } = message;
  return page(sheet, {
    title,
    content: html`<h1>${title}</h1>
<p class="lede">${text}</p>
${onward ?? html`<p><a href="/">To the front page</a></p>`}`,
  });
}
