import { html } from 'hono/html';
import type { PublicContext } from '../context.ts';
import { type Html, htmlDocument, type Message, messageContent } from './document.ts';
import { stylesheetPath } from './stylesheet.ts';

export interface PageParts {
  /** Left out on the front page, whose title is the newsletter's name. */
  readonly title?: string;
  readonly content: Html;
  /** More for the head: `link rel=alternate`, Open Graph. */
  readonly head?: Html;
}

/** A page for readers. */
export function page({ settings, pages }: PublicContext, { title, content, head }: PageParts): Html {
  const { name, siteUrl, postalAddress } = settings.publication;
  const { privacyUrl } = pages;
  return htmlDocument({
    title: title === undefined ? name : html`${title} · ${name}`,
    stylesheetPath,
    head: html`<link rel="alternate" type="application/atom+xml" href="/feed.xml" title="${name}">
${head}`,
    header: html`<header>
<p class="name" dir="auto"><a href="/">${name}</a></p>
<nav aria-label="Pages"><a href="/issues">Issues</a>${siteUrl !== null && html`<a href="${siteUrl}">Comparisons</a>`}</nav>
</header>`,
    content,
    footer: html`<footer>
<p><a href="/feed.xml">Feed</a>${privacyUrl !== null && html`<a href="${privacyUrl}">Privacy</a>`}</p>
${postalAddress !== null && html`<p dir="auto">${postalAddress}</p>`}
</footer>`,
  });
}

export function messagePage(ctx: PublicContext, message: Message): Html {
  return page(ctx, { title: message.title, content: messageContent(message, 'Go to the front page') });
}
