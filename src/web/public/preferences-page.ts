import { html } from 'hono/html';
import type { readPreferences } from '../../audience/leave/preferences.ts';
import type { PublicContext } from '../context.ts';
import type { Html } from '../layout/document.ts';
import { page } from '../layout/page.ts';
import { refusedText } from './refused-text.ts';

type Reader = NonNullable<Awaited<ReturnType<typeof readPreferences>>>;

const day = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' });

/**
 * What a reader gets now, a button for each way to change it, and a notice of what the last one did. It shows no
 * address: issues get forwarded.
 */
export function preferencesPage(ctx: PublicContext, reader: Reader, notice: string | null): Html {
  const content = html`<h1>Your preferences</h1>
${notice !== null && html`<p class="notice" role="status">${notice}</p>`}
<p class="lede">${statusText(reader)}</p>
${signUpHelps(reader) && html`<p><a href="/#sign-up">Sign up again</a></p>`}
${reader.status === 'confirmed' && issueActions(reader)}
<h2>Your data</h2>
<p>You can see everything we store about you, or have it erased. Because issues get forwarded, we send the link for that to your own address.</p>
${
  reader.suppression === null
    ? button('data', 'Mail me the link', 'secondary')
    : html`<p>At the moment we cannot mail you that link, as nothing goes to your address.</p>`
}`;
  return page(ctx, { title: 'Your preferences', content });
}

/** For somebody who left so long ago that there is nothing to change, to download or to mail a link to. */
export function forgottenPage(ctx: PublicContext, leftAt: Date): Html {
  const content = html`<h1>Your preferences</h1>
<p class="lede">You are unsubscribed and get no issues. You left on ${day.format(leftAt)}.</p>
<p><a href="/#sign-up">Sign up again</a></p>
<h2>Your data</h2>
<p>We no longer store your address. What stays is the day you left, your links, and a fingerprint of the address that does not show it. So no imported list adds you again, and your old links still work.</p>`;
  return page(ctx, { title: 'Your preferences', content });
}

function signUpHelps({ status, suppression }: Reader): boolean {
  return suppression === null ? status === 'unsubscribed' : refusedText[suppression].signUpHelps;
}

function statusText({ status, pausedUntil, suppression }: Reader): string {
  if (suppression !== null && status !== 'unsubscribed') return refusedText[suppression].text;
  if (status === 'pending')
    return 'You have signed up but not confirmed yet. Please open the link in the mail we sent you, and press the button there.';
  if (status === 'unsubscribed') return 'You are unsubscribed and get no issues.';
  return pausedUntil === null
    ? 'You get every issue.'
    : `Your subscription is paused until ${day.format(pausedUntil)}. You get no issues before that.`;
}

const issueActions = ({ pausedUntil, suppression }: Reader) => html`<div class="row">
${
  suppression === null &&
  (pausedUntil === null
    ? button('pause', 'Pause for four weeks', 'main')
    : button('resume', 'Resume now', 'main'))
}
${button('leave', 'Unsubscribe', 'secondary')}
</div>`;

const button = (action: string, label: string, className: string) => html`<form method="post">
<input type="hidden" name="action" value="${action}">
<button type="submit" class="${className}">${label}</button>
</form>`;
