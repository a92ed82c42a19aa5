import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { isDatabaseAway } from '../../db/away.ts';
import type { PublicContext } from '../context.ts';
import { isClientAbort } from '../http/connection.ts';
import { wantsJson } from '../http/request-fields.ts';
import type { Message } from './document.ts';
import { messagePage } from './page.ts';

const messages: Readonly<Record<number, Message>> = {
  400: {
    title: 'We could not read that',
    text: 'What reached us was incomplete. Nothing was changed. Please go back and send it again.',
  },
  403: {
    title: 'This form came from another site',
    text: 'That site may not send it to us. Nothing was changed. Please use the form on our own page.',
  },
  404: { title: 'Page not found', text: 'There is no page at this address. It may have moved.' },
  405: {
    title: 'This request is not supported',
    text: 'This address does not accept that kind of request. Nothing was changed.',
  },
  413: {
    title: 'That is too long',
    text: 'What you sent is longer than we accept. Nothing was changed. Please shorten it and send it again.',
  },
  415: { title: 'We could not read that', text: 'Please send a form, or JSON. Nothing was changed.' },
  503: {
    title: 'We will be back shortly',
    text: 'Our database cannot be reached at the moment. If you sent us something, we may not have stored it. Please try again in a minute.',
  },
};

/** In seconds. Asked more often, a database that has just come back would have more to do than usual. */
export const retryAfter = '10';

const failure: Message = {
  title: 'Something went wrong',
  text: 'The mistake is ours, not yours. Please try again in a few minutes.',
};

/** Answers any error with a page or with JSON. What caused a failure of ours goes to `onError` only. */
export function answerError(c: Context, ctx: PublicContext, error: Error, onError: (error: unknown) => void) {
  const status = statusOf(c, error);
  const message = messages[status] ?? failure;
  if (status >= 500) onError(error);
  if (status === 503) {
    c.header('Retry-After', retryAfter);
    c.header('Cache-Control', 'no-store');
  }
  if (wantsJson(c)) return c.json({ error: message.text }, status);
  return c.html(messagePage(ctx, message), status);
}

/** A client that hangs up is no failure of ours, and is not there to read the answer. */
function statusOf(c: Context, error: Error) {
  if (error instanceof HTTPException) return error.status;
  if (isClientAbort(c, error)) return 400;
  return isDatabaseAway(error) ? 503 : 500;
}

/** The last route of a path, for the methods that its other routes do not handle. */
export const methodNotAllowed = (allowed: string) => (c: Context) => {
  c.header('Allow', allowed);
  throw new HTTPException(405);
};
