import { html } from 'hono/html';
import { consentWording } from '../../domain/audience/subscriber.ts';
import type { PublicContext } from '../context.ts';
import type { Html } from '../layout/document.ts';
import { formStamp } from './form-age.ts';

export interface SignUpFormState {
  /** What was typed before, to be shown again. */
  readonly email?: string;
  readonly error?: string;
}

/** The sign-up form. It carries the time it was made, and the version of the wording that is agreed to. */
export function signUpForm(ctx: PublicContext, { email = '', error }: SignUpFormState = {}): Html {
  const { privacyUrl } = ctx.pages;
  const wording = consentWording(ctx.settings.publication.name);
  const describedBy = error === undefined ? 'consent' : 'error consent';
  return html`<form id="sign-up" class="sign-up" method="post" action="/subscribe">
<label for="email">Email address</label>
${error !== undefined && html`<p id="error" class="error" role="alert">${error}</p>`}
<div class="row">
<input id="email" name="email" type="email" value="${email}" autocomplete="email" inputmode="email" spellcheck="false" maxlength="320" dir="ltr" required aria-describedby="${describedBy}"${error !== undefined && html` aria-invalid="true" autofocus`}>
<button type="submit">Sign up</button>
</div>
<p class="offscreen" aria-hidden="true"><label for="website">Leave this empty</label><input id="website" name="website" type="text" tabindex="-1" autocomplete="off"></p>
<input type="hidden" name="made" value="${formStamp(ctx)}">
<input type="hidden" name="wording" value="${wording.version}">
<p id="consent" class="small">${wording.text}${
    privacyUrl !== null && html` <a href="${privacyUrl}">How we use your address</a>.`
  }</p>
</form>`;
}

/** For a domain that looks mistyped: a button for each of the two addresses. */
export function didYouMeanForm(ctx: PublicContext, typed: string, meant: string): Html {
  const { version } = consentWording(ctx.settings.publication.name);
  const choice = (
    email: string,
    label: Html,
    className: string,
  ) => html`<form method="post" action="/subscribe">
<input type="hidden" name="email" value="${email}">
<input type="hidden" name="as-typed" value="yes">
<input type="hidden" name="made" value="${formStamp(ctx, 'old enough')}">
<input type="hidden" name="wording" value="${version}">
<button type="submit" class="${className}">${label}</button>
</form>`;
  return html`${choice(meant, html`Yes, use <bdi>${meant}</bdi>`, 'main')}
${choice(typed, html`No, it is <bdi>${typed}</bdi>`, 'secondary')}`;
}
