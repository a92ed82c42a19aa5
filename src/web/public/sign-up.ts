import { type Context, Hono } from 'hono';
import { cors } from 'hono/cors';
import { html } from 'hono/html';
import { admitSignUp } from '../../audience/sign-up/admit-sign-up.ts';
import { recordSignUps, type SignUp } from '../../audience/sign-up/record-sign-ups.ts';
import { probablyMeant } from '../../domain/audience/typing-error.ts';
import type { Site } from '../context.ts';
import { onlyTakes } from '../faults.ts';
import { readFields, wantsJson } from '../form.ts';
import { messagePage, page } from '../page.ts';
import { inRounds } from '../rounds.ts';
import { ageOf, type FormAge } from './form-age.ts';
import { formsFrom, smallBody } from './guard.ts';
import { senderOf } from './sender.ts';
import { didYouMeanForm, signUpForm } from './sign-up-form.ts';
import { readSignUp, type SignUpInput } from './sign-up-input.ts';

/** One commit for as many as came during the last. */
const signUpsInRound = 100;

/** `POST /subscribe`, as a form or as JSON. Who signs up gets the same answer whatever is known of the address. */
export function signUpRoutes(site: Site): Hono {
  const { ctx, sheet } = site;
  const { signUpOrigins, trustedProxies } = ctx.pages;
  const app = new Hono();
  const record = inRounds<SignUp>((signUps) => recordSignUps(ctx, signUps), signUpsInRound);
  app.use(cors({ origin: [...signUpOrigins], allowMethods: ['POST'], allowHeaders: ['Content-Type'] }));
  app.use(formsFrom(sheet.publicUrl, signUpOrigins), smallBody);

  app.post('/', async (c) => {
    const input = readSignUp(await readFields(c));
    if (!input.ok) return refused(c, site, input);
    const age = formAge(c, site, input);
    if (age !== 'right') return askAgain(c, site, input.email, age);
    const meant = input.asTyped ? null : probablyMeant(input.email);
    if (meant !== null && !wantsJson(c)) return didYouMean(c, site, input.email, meant);
    if (input.isTrapped) return accepted(c, site, meant);
    const { email, wording: shownVersion } = input;
    const from = { ip: senderOf(c, trustedProxies), source: sourceOf(c, signUpOrigins) };
    const admission = await admitSignUp(ctx, from);
    if (!admission.ok) return tooMany(c, site, admission.retryAfterMs);
    await record({ ...from, email, shownVersion });
    return accepted(c, site, meant);
  });
  app.get('/', (c) => c.redirect('/#sign-up', 303));
  app.all('/', onlyTakes('GET, POST'));
  return app;
}

/** Our own form says when it was made. Other sites' forms and programs cannot; their limits are those of all. */
function formAge(c: Context, { ctx }: Site, { made }: Extract<SignUpInput, { ok: true }>): FormAge {
  if (made !== null) return ageOf(ctx, made);
  return c.req.header('sec-fetch-site') === 'same-origin' && !wantsJson(c) ? 'too old' : 'right';
}

function sourceOf(c: Context, signUpOrigins: readonly string[]): string {
  const origin = signUpOrigins.find((one) => one === c.req.header('origin'));
  if (origin !== undefined) return `sign-up form at ${origin}`;
  return wantsJson(c) ? 'sign-up by a program' : 'sign-up page';
}

/** The body depends on what was typed, never on what is known. */
function accepted(c: Context, { sheet }: Site, meant: string | null) {
  if (wantsJson(c)) {
    const message = 'If this address is not subscribed yet, it gets a mail with a link to confirm.';
    return c.json(meant === null ? { message } : { message, didYouMean: meant }, 202);
  }
  const content = html`<h1>Look into your inbox</h1>
<p class="lede">If your address is not subscribed yet, a mail with a link is on its way. Press the button behind that link, and you are in.</p>
<p>Nothing there after a few minutes? Look among the spam. Whoever is subscribed already gets no mail: for you nothing changes.</p>`;
  return c.html(page(sheet, { title: 'Look into your inbox', content }), 202);
}

function refused(c: Context, site: Site, { typed, fault }: Extract<SignUpInput, { ok: false }>) {
  if (wantsJson(c)) return c.json({ errors: { email: fault } }, 422);
  return c.html(formPage(site, typed, fault), 422);
}

const askedAgain = {
  'too quick': 'That was quicker than people are. Press the button once more.',
  'too old': 'This page was open for long. Press the button once more.',
  forged: 'This form was not ours. Press the button once more.',
} as const;

function askAgain(c: Context, site: Site, email: string, age: keyof typeof askedAgain) {
  if (wantsJson(c)) return c.json({ errors: { made: askedAgain[age] } }, 422);
  return c.html(formPage(site, email, askedAgain[age]), 422);
}

function formPage(site: Site, email: string, fault: string) {
  return page(site.sheet, {
    title: 'Sign up',
    content: html`<h1>Sign up</h1>
${signUpForm(site, { email, fault })}`,
  });
}

function didYouMean(c: Context, site: Site, typed: string, meant: string) {
  const content = html`<h1>Is that your address?</h1>
<p class="lede"><bdi>${typed}</bdi> looks like a slip of the finger.</p>
${didYouMeanForm(site, typed, meant)}`;
  return c.html(page(site.sheet, { title: 'Is that your address?', content }), 422);
}

function tooMany(c: Context, { sheet }: Site, retryAfterMs: number) {
  c.header('Retry-After', String(Math.ceil(retryAfterMs / 1_000)));
  const minutes = Math.max(1, Math.ceil(retryAfterMs / 60_000));
  const text = `Your network has signed up many addresses. Please try again in ${minutes} minute${minutes === 1 ? '' : 's'}.`;
  if (wantsJson(c)) return c.json({ error: text }, 429);
  return c.html(messagePage(sheet, { title: 'Too many sign-ups', text }), 429);
}
