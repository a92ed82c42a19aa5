import { Hono } from 'hono';
import { html } from 'hono/html';
import { unsubscribe } from '../../audience/leave/unsubscribe.ts';
import { isReaderToken } from '../../domain/audience/subscriber.ts';
import type { Site } from '../context.ts';
import { onlyTakes } from '../faults.ts';
import { page } from '../page.ts';
import { inRounds } from '../rounds.ts';
import { privatePage } from './guard.ts';

/** One commit for as many as pressed during the last. */
const readersInRound = 100;

/**
 * Leaving. A GET shows a button; a POST acts at once, from a person as from a mail program (RFC 8058): whatever its
 * body, without a cookie, from anywhere, and with the same answer for a token that nobody has.
 */
export function unsubscribeRoutes({ ctx, sheet }: Site): Hono {
  const app = new Hono();
  const leave = inRounds<string>((tokens) => unsubscribe(ctx, tokens), readersInRound);
  app.use(privatePage);

  app.get('/:token', (c) => {
    const content = html`<h1>Leave ${sheet.name}?</h1>
<p class="lede">One press, and no further issue comes.</p>
<form method="post"><button type="submit">Unsubscribe</button></form>
${
  isReaderToken(c.req.param('token')) &&
  html`<p>Only too much right now? <a href="/preferences/${c.req.param('token')}">Pause for four weeks</a> instead.</p>`
}`;
    return c.html(page(sheet, { title: 'Unsubscribe', content }));
  });
  app.post('/:token', async (c) => {
    const token = c.req.param('token');
    if (isReaderToken(token)) await leave(token);
    return c.html(goodbyePage({ sheet }));
  });
  app.all('/:token', onlyTakes('GET, POST'));
  return app;
}

export function goodbyePage({ sheet }: Pick<Site, 'sheet'>) {
  const content = html`<h1>Goodbye</h1>
<p class="lede">You are unsubscribed. An issue that was already on its way may still arrive.</p>
<p>Pressed by mistake? <a href="/#sign-up">Sign up again</a>.</p>`;
  return page(sheet, { title: 'Goodbye', content });
}
