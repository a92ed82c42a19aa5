import { html } from 'hono/html';
import { consentWording } from '../../domain/audience/subscriber.ts';
import type { Site } from '../context.ts';
import type { Html } from '../page.ts';
import { stampNow } from './form-age.ts';

export interface SignUpFormState {
  /** As typed before; shown again. */
  readonly email?: string;
  readonly fault?: string;
}

/** The form of the front page. It says when it was made, and what is agreed to by sending it. */
export function signUpForm({ ctx, sheet }: Site, { email = '', fault }: SignUpFormState = {}): Html {
  const wording = consentWording(sheet.name);
  const described = fault === undefined ? 'consent' : 'fault consent';
  return html`<form id="sign-up" class="sign-up" method="post" action="/subscribe">
<label for="email">Email address</label>
${fault !== undefined && html`<p id="fault" class="fault" role="alert">${fault}</p>`}
<div class="row">
<input id="email" name="email" type="email" value="${email}" autocomplete="email" inputmode="email" spellcheck="false" maxlength="320" dir="ltr" required aria-describedby="${described}"${fault !== undefined && html` aria-invalid="true" autofocus`}>
<button type="submit">Sign up</button>
</div>
<p class="away" aria-hidden="true"><label for="website">Leave this empty</label><input id="website" name="website" type="text" tabindex="-1" autocomplete="off"></p>
<input type="hidden" name="made" value="${stampNow(ctx)}">
<input type="hidden" name="wording" value="${wording.version}">
<p id="consent" class="small">${wording.text}${
    sheet.privacyUrl !== null && html` <a href="${sheet.privacyUrl}">How we treat your address</a>.`
  }</p>
</form>`;
}

/** When a domain looks mistyped: both ways on, each one press. */
export function didYouMeanForm({ ctx, sheet }: Site, typed: string, meant: string): Html {
  const { version } = consentWording(sheet.name);
  const choice = (email: string, label: Html, kind: string) => html`<form method="post" action="/subscribe">
<input type="hidden" name="email" value="${email}">
<input type="hidden" name="as-typed" value="yes">
<input type="hidden" name="made" value="${stampNow(ctx, 'old enough')}">
<input type="hidden" name="wording" value="${version}">
<button type="submit" class="${kind}">${label}</button>
</form>`;
  return html`${choice(meant, html`Yes, use <bdi>${meant}</bdi>`, 'main')}
${choice(typed, html`No, it is <bdi>${typed}</bdi>`, 'secondary')}`;
}
