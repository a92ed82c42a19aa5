import { type Context, Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { z } from 'zod';
import {
  pause,
  readPreferences,
  readTimeOfLeaving,
  requestDataLink,
  resume,
} from '../../audience/leave/preferences.ts';
import { isReaderToken } from '../../domain/audience/subscriber.ts';
import type { PublicContext } from '../context.ts';
import { formsFrom, noIndex, noStore, smallBody } from '../http/guards.ts';
import { readFields } from '../http/request-fields.ts';
import { methodNotAllowed } from '../layout/error-page.ts';
import { messagePage } from '../layout/page.ts';
import { leaving } from './leave.ts';
import { forgottenPage, preferencesPage } from './preferences-page.ts';
import { goodbyePage } from './unsubscribe.ts';

const schema = z.object({ action: z.enum(['pause', 'resume', 'leave', 'data']) });

/** Pause, resume, leave. A reader's data opens only by a fresh link mailed to their address. */
export function preferencesRoutes(ctx: PublicContext): Hono {
  const app = new Hono();
  const leave = leaving(ctx);
  app.use(noStore, noIndex, formsFrom(ctx.settings.publication.publicUrl), smallBody);

  app.get('/:token', async (c) => {
    const reader = await readerOf(c, ctx);
    return reader === null ? answerWithoutReader(c, ctx) : c.html(preferencesPage(ctx, reader, null));
  });
  app.post('/:token', async (c) => {
    const reader = await readerOf(c, ctx);
    if (reader === null) return answerWithoutReader(c, ctx);
    const input = schema.safeParse(await readFields(c));
    if (!input.success) throw new HTTPException(400);
    const { action } = input.data;
    if (action === 'leave') {
      await leave([c.req.param('token')]);
      return c.html(goodbyePage(ctx));
    }
    const notice = await actions[action](ctx, reader);
    return c.html(preferencesPage(ctx, (await readerOf(c, ctx)) ?? reader, notice));
  });
  app.all('/:token', methodNotAllowed('GET, POST'));
  return app;
}

type Reader = NonNullable<Awaited<ReturnType<typeof readerOf>>>;

/** Each does its work and returns what to tell the reader. */
const actions = {
  pause: async (ctx: PublicContext, reader: Reader) => {
    await pause(ctx, reader);
    return 'Paused. You can resume here whenever you like.';
  },
  resume: async (ctx: PublicContext, reader: Reader) => {
    await resume(ctx, reader);
    return 'Your subscription has resumed. You will get the next issue.';
  },
  data: async (ctx: PublicContext, reader: Reader) =>
    (await requestDataLink(ctx, reader))
      ? 'We are sending a link to your address. It works for 24 hours.'
      : 'We have sent you several links already. Please look in your inbox, or try again in an hour.',
};

async function readerOf(c: Context, ctx: PublicContext) {
  const token = c.req.param('token') ?? '';
  return isReaderToken(token) ? readPreferences(ctx, token) : null;
}

/** For a token that no subscriber has: that of somebody who left long ago, or nobody's. */
async function answerWithoutReader(c: Context, ctx: PublicContext) {
  const token = c.req.param('token') ?? '';
  const leftAt = isReaderToken(token) ? await readTimeOfLeaving(ctx, token) : null;
  return leftAt === null ? c.html(unknownPage(ctx), 404) : c.html(forgottenPage(ctx, leftAt));
}

function unknownPage(ctx: PublicContext) {
  const text =
    'No subscription belongs to it. Part of it may be missing: please open it from the email again. Or the data it belonged to has been erased.';
  return messagePage(ctx, { title: 'This link does not work', text });
}
