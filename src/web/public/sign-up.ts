import { type Context, Hono } from 'hono';
import { cors } from 'hono/cors';
import { html } from 'hono/html';
import { checkNetworkLimit } from '../../audience/sign-up/check-network-limit.ts';
import { recordSignUps, type SignUp } from '../../audience/sign-up/record-sign-ups.ts';
import { readLatestIssue } from '../../db/queries/issue/public-issues.ts';
import type { SignUpPurpose } from '../../domain/audience/subscriber.ts';
import { suggestCorrection } from '../../domain/audience/typo.ts';
import type { PublicContext } from '../context.ts';
import { clientIp } from '../http/connection.ts';
import { groupCommit } from '../http/group-commit.ts';
import { formsFrom, smallBody } from '../http/guards.ts';
import { readFields, wantsJson } from '../http/request-fields.ts';
import { methodNotAllowed } from '../layout/error-page.ts';
import { messagePage, page } from '../layout/page.ts';
import { type FormAge, formAge } from './form-age.ts';
import { latestIssueLink } from './latest-issue.ts';
import { didYouMeanForm, type EmailFormState, emailForm } from './sign-up-form.ts';
import { readSignUp, type SignUpInput } from './sign-up-input.ts';

/** Sign-ups in one commit. */
const maxSignUps = 100;

/** `POST /subscribe`, as a form or as JSON. The answer is the same whatever we know about the address. */
export function signUpRoutes(ctx: PublicContext): Hono {
  const { signUpOrigins, trustedProxies } = ctx.pages;
  const app = new Hono();
  const record = groupCommit<SignUp, void>((signUps) => recordSignUps(ctx, signUps), maxSignUps);
  app.use(cors({ origin: [...signUpOrigins], allowMethods: ['POST'], allowHeaders: ['Content-Type'] }));
  app.use(formsFrom(ctx.settings.publication.publicUrl, signUpOrigins), smallBody);

  app.post('/', async (c) => {
    const input = readSignUp(await readFields(c));
    if (!input.ok) return refuse(c, ctx, input);
    const age = ageOf(c, ctx, input);
    if (age !== 'valid') return askAgain(c, ctx, input, age);
    const meant = input.asTyped ? null : suggestCorrection(input.email);
    if (meant !== null && !wantsJson(c)) return askWhatWasMeant(c, ctx, input, meant);
    if (input.isTrapped) return accept(c, ctx, input, meant);
    const { email, purpose, wording: shownVersion } = input;
    const from = { ip: clientIp(c, trustedProxies), source: sourceOf(c, input, signUpOrigins) };
    const limit = await checkNetworkLimit(ctx, from);
    if (!limit.ok) return tooMany(c, ctx, limit.retryAfterMs);
    await record({ ...from, email, purpose, shownVersion });
    return accept(c, ctx, input, meant);
  });
  app.get('/', (c) => c.redirect('/#sign-up', 303));
  app.all('/', methodNotAllowed('GET, POST'));
  return app;
}

type ValidInput = Extract<SignUpInput, { ok: true }>;
type InvalidInput = Extract<SignUpInput, { ok: false }>;

/** Our own form carries a stamp. Forms of other sites and programs cannot; only the shared limits hold for them. */
function ageOf(c: Context, ctx: PublicContext, { made }: ValidInput): FormAge {
  if (made !== null) return formAge(ctx, made);
  return c.req.header('sec-fetch-site') === 'same-origin' && !wantsJson(c) ? 'too old' : 'valid';
}

function sourceOf(c: Context, { purpose }: ValidInput, signUpOrigins: readonly string[]): string {
  if (purpose === 'link') return 'page of a damaged link';
  const origin = signUpOrigins.find((one) => one === c.req.header('origin'));
  if (origin !== undefined) return `sign-up form at ${origin}`;
  return wantsJson(c) ? 'sign-up by a program' : 'sign-up page';
}

/** The body depends on what was typed, never on what we know about the address. */
async function accept(c: Context, ctx: PublicContext, { purpose }: ValidInput, meant: string | null) {
  const { promise, text, exceptions } = answers[purpose];
  if (wantsJson(c)) {
    const message = `${promise}.`;
    return c.json(meant === null ? { message } : { message, didYouMean: meant }, 202);
  }
  const content = html`<h1>Check your inbox</h1>
<p class="lede">${text}</p>
<p>Nothing there after a few minutes? Please look in your spam folder. ${exceptions}</p>
${latestIssueLink('Meanwhile, here is the latest issue:', await readLatestIssue(ctx.db))}`;
  return c.html(page(ctx, { title: 'Check your inbox', content }), 202);
}

const answers: Readonly<
  Record<SignUpPurpose, { readonly promise: string; readonly text: string; readonly exceptions: string }>
> = {
  subscribe: {
    promise: 'If this address is not subscribed yet, we will send it an email with a confirmation link',
    text: 'If your address is not subscribed yet, we will mail you a link. Open it and press the button there, and you are in.',
    exceptions:
      'We send no second link within ten minutes: an earlier one still works. If you are already subscribed, we send none, and nothing changes for you. Where mail came back before, we try once a day; where it was reported as spam, once in 30 days.',
  },
  link: {
    promise: 'If this address belongs to a subscriber, we will send it an email with fresh links',
    text: 'If your address is one of our subscribers’, we will mail it fresh links.',
    exceptions:
      'We send no second email within ten minutes. An address that we do not know, or that refused our mail, gets none.',
  },
};

function refuse(c: Context, ctx: PublicContext, { typed, purpose, error }: InvalidInput) {
  if (wantsJson(c)) return c.json({ errors: { email: error } }, 422);
  return c.html(formPage(ctx, { purpose, email: typed, error }), 422);
}

const askedAgain = {
  'too quick':
    'That was very quick, so we want to be sure that you are a person. Please press the button again.',
  'too old': 'This page was open for too long. Please press the button again.',
  forged: 'We did not recognise this form. Please press the button again.',
} as const;

function askAgain(
  c: Context,
  ctx: PublicContext,
  { email, purpose }: ValidInput,
  age: keyof typeof askedAgain,
) {
  if (wantsJson(c)) return c.json({ errors: { made: askedAgain[age] } }, 422);
  return c.html(formPage(ctx, { purpose, email, error: askedAgain[age] }), 422);
}

function formPage(ctx: PublicContext, form: EmailFormState & Pick<ValidInput, 'purpose'>) {
  const title = form.purpose === 'link' ? 'Fresh links' : 'Sign up';
  return page(ctx, { title, content: html`<h1>${title}</h1>\n${emailForm(ctx, form)}` });
}

function askWhatWasMeant(c: Context, ctx: PublicContext, { email, purpose }: ValidInput, meant: string) {
  const content = html`<h1>Is this your address?</h1>
<p class="lede"><bdi>${email}</bdi> looks like a typing error.</p>
${didYouMeanForm(ctx, purpose, email, meant)}`;
  return c.html(page(ctx, { title: 'Is this your address?', content }), 422);
}

function tooMany(c: Context, ctx: PublicContext, retryAfterMs: number) {
  c.header('Retry-After', String(Math.ceil(retryAfterMs / 1_000)));
  const minutes = Math.max(1, Math.ceil(retryAfterMs / 60_000));
  const text = `There were too many sign-ups from your network. Please try again in ${minutes} minute${minutes === 1 ? '' : 's'}.`;
  if (wantsJson(c)) return c.json({ error: text }, 429);
  return c.html(messagePage(ctx, { title: 'Too many sign-ups', text }), 429);
}
