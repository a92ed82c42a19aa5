import { html } from 'hono/html';
import { type Html, htmlDocument, type Message, messageContent } from '../layout/document.ts';

export const stylesheetPath = '/desk.css';

export interface Newsletter {
  readonly name: string;
  /** IANA name; times on the pages are local. */
  readonly timeZone: string;
}

/** A page for editors. */
export function deskPage(newsletter: string, title: string, content: Html): Html {
  return htmlDocument({
    title: html`${title} · ${newsletter}, desk`,
    stylesheetPath,
    header: html`<header class="masthead">
<p class="name" dir="auto"><a href="/">${newsletter}</a></p>
<nav aria-label="Desk"><a href="/">All issues</a></nav>
</header>`,
    content,
    footer: html`<footer class="colophon"><p>These pages are read-only: nothing here changes, approves or sends an issue.</p></footer>`,
  });
}

export function messagePage(newsletter: string, message: Message): Html {
  return deskPage(newsletter, message.title, messageContent(message, 'Go to the coming issue'));
}

const numbers = new Intl.NumberFormat('en-GB');

/** 90000 → "90,000". */
export const whole = (n: number) => numbers.format(n);

/** "1 error", "2 errors", "no errors". */
export function count(n: number, one: string): string {
  return `${n === 0 ? 'no' : whole(n)} ${n === 1 ? one : `${one}s`}`;
}

export const capitalised = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
