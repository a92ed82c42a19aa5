import { html } from 'hono/html';
import { consentWording, type SignUpPurpose } from '../../domain/audience/subscriber.ts';
import type { PublicContext } from '../context.ts';
import type { Html } from '../layout/document.ts';
import { formStamp } from './form-age.ts';

export interface EmailFormState {
  /** To subscribe, or to be mailed fresh links. */
  readonly purpose?: SignUpPurpose;
  /** What was typed before, to be shown again. */
  readonly email?: string;
  readonly error?: string;
}

/**
 * The form for an email address. It carries the time it was made and, to subscribe, the version of the wording that is
 * agreed to.
 */
export function emailForm(
  ctx: PublicContext,
  { purpose = 'subscribe', email = '', error }: EmailFormState = {},
): Html {
  const { privacyUrl } = ctx.pages;
  const { text } = consentWording(ctx.settings.publication.name);
  const describedBy = [error !== undefined && 'error', purpose === 'subscribe' && 'consent'].filter(Boolean);
  return html`<form id="sign-up" class="sign-up" method="post" action="/subscribe">
<label for="email">Email address</label>
${error !== undefined && html`<p id="error" class="error" role="alert">${error}</p>`}
<div class="row">
<input id="email" name="email" type="email" value="${email}" autocomplete="email" inputmode="email" spellcheck="false" maxlength="320" dir="ltr" required${
    describedBy.length > 0 && html` aria-describedby="${describedBy.join(' ')}"`
  }${error !== undefined && html` aria-invalid="true" autofocus`}>
<button type="submit">${purpose === 'subscribe' ? 'Sign up' : 'Mail me fresh links'}</button>
</div>
<p class="offscreen" aria-hidden="true"><label for="website">Leave this empty</label><input id="website" name="website" type="text" tabindex="-1" autocomplete="off"></p>
${hiddenFields(ctx, purpose, 'new')}
${
  purpose === 'subscribe' &&
  html`<p id="consent" class="small">${text}${
    privacyUrl !== null && html` <a href="${privacyUrl}">How we use your address</a>.`
  }</p>`
}
</form>`;
}

/** For a domain that looks mistyped: a button for each of the two addresses. */
export function didYouMeanForm(
  ctx: PublicContext,
  purpose: SignUpPurpose,
  typed: string,
  meant: string,
): Html {
  const choice = (
    email: string,
    label: Html,
    className: string,
  ) => html`<form method="post" action="/subscribe">
<input type="hidden" name="email" value="${email}">
<input type="hidden" name="as-typed" value="yes">
${hiddenFields(ctx, purpose, 'old enough')}
<button type="submit" class="${className}">${label}</button>
</form>`;
  return html`${choice(meant, html`Yes, use <bdi>${meant}</bdi>`, 'main')}
${choice(typed, html`No, it is <bdi>${typed}</bdi>`, 'secondary')}`;
}

function hiddenFields(ctx: PublicContext, purpose: SignUpPurpose, age: 'new' | 'old enough'): Html {
  const { version } = consentWording(ctx.settings.publication.name);
  return html`<input type="hidden" name="made" value="${formStamp(ctx, age)}">
<input type="hidden" ${purpose === 'subscribe' ? html`name="wording" value="${version}"` : html`name="purpose" value="link"`}>`;
}
