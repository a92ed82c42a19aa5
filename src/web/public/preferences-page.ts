import { html } from 'hono/html';
import type { readPreferences } from '../../audience/leave/preferences.ts';
import { type Html, page, type Sheet } from '../page.ts';

type Reader = NonNullable<Awaited<ReturnType<typeof readPreferences>>>;

const day = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' });

/** What a reader gets now, and a button for each way to change it. No address: issues get forwarded. */
export function preferencesPage(sheet: Sheet, reader: Reader, said: string | null): Html {
  const content = html`<h1>Your preferences</h1>
${said !== null && html`<p class="said" role="status">${said}</p>`}
<p class="lede">${standing(reader)}</p>
${reader.status === 'confirmed' && issueActions(reader)}
${reader.status === 'unsubscribed' && html`<p><a href="/#sign-up">Sign up again</a></p>`}
<h2>Your data</h2>
<p>To see everything that is kept about you, or to have it erased, use a link that goes to your own address. An issue may have been forwarded; that mail is for you alone.</p>
${button('data', 'Mail me the link', 'secondary')}`;
  return page(sheet, { title: 'Your preferences', content });
}

function standing({ status, pausedUntil }: Reader): string {
  if (status === 'pending')
    return 'You have signed up, but not confirmed yet: press the button behind the link in our mail.';
  if (status === 'unsubscribed') return 'You are unsubscribed: no issue comes to you.';
  return pausedUntil === null
    ? 'Every issue comes to you, once a week.'
    : `Paused: no issue comes to you until ${day.format(pausedUntil)}.`;
}

const issueActions = ({ pausedUntil }: Reader) => html`<div class="row">
${pausedUntil === null ? button('pause', 'Pause for four weeks', 'main') : button('resume', 'Resume now', 'main')}
${button('leave', 'Unsubscribe', 'secondary')}
</div>`;

const button = (action: string, label: string, kind: string) => html`<form method="post">
<input type="hidden" name="action" value="${action}">
<button type="submit" class="${kind}">${label}</button>
</form>`;
