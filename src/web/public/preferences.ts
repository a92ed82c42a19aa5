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
import { readerTokenIn } from '../../audience/leave/reader-link.ts';
import { takeBack, takeBackMinutes } from '../../audience/leave/take-back.ts';
import type { PublicContext } from '../context.ts';
import { formsFrom, noIndex, noStore, smallBody } from '../http/guards.ts';
import { readFields } from '../http/request-fields.ts';
import { methodNotAllowed } from '../layout/error-page.ts';
import { damagedPage, linkEnd, linkPaths } from './damaged-link.ts';
import { leaving } from './leave.ts';
import { forgottenPage, preferencesPage } from './preferences-page.ts';
import { goodbyePage } from './unsubscribe.ts';

const schema = z.discriminatedUnion('action', [
  z.object({ action: z.enum(['pause', 'resume', 'leave', 'data']) }),
  z.object({ action: z.literal('return'), offer: z.string().max(100) }),
]);

/** Pause, resume, leave. A reader's data opens only by a fresh link mailed to their address. */
export function preferencesRoutes(ctx: PublicContext): Hono {
  const app = new Hono();
  const leave = leaving(ctx);
  app.use(noStore, noIndex, formsFrom(ctx.settings.publication.publicUrl), smallBody);

  app.on('GET', linkPaths, async (c) => {
    const token = await readerTokenIn(ctx, linkEnd(c));
    const reader = token === null ? null : await readPreferences(ctx, token);
    return reader === null ? answerWithoutReader(c, ctx, token) : c.html(preferencesPage(ctx, reader, null));
  });
  app.on('POST', linkPaths, async (c) => {
    const token = await readerTokenIn(ctx, linkEnd(c));
    const reader = token === null ? null : await readPreferences(ctx, token);
    if (token === null || reader === null) return answerWithoutReader(c, ctx, token);
    const input = schema.safeParse(await readFields(c));
    if (!input.success) throw new HTTPException(400);
    const { data } = input;
    if (data.action === 'leave')
      return c.html(await goodbyePage(ctx, token, await leave([token]), { isOneClick: false }));
    const notice =
      data.action === 'return'
        ? takenBack[(await takeBack(ctx, token, data.offer)) ? 'yes' : 'no']
        : await actions[data.action](ctx, reader);
    return c.html(preferencesPage(ctx, (await readPreferences(ctx, token)) ?? reader, notice));
  });
  for (const path of linkPaths) app.all(path, methodNotAllowed('GET, POST'));
  return app;
}

type Reader = NonNullable<Awaited<ReturnType<typeof readPreferences>>>;

/** Each does its work and returns what to tell the reader. */
const actions = {
  pause: async (ctx: PublicContext, reader: Reader) => {
    await pause(ctx, reader);
    return 'Paused. You can resume here whenever you like.';
  },
  resume: async (ctx: PublicContext, reader: Reader) => {
    await resume(ctx, reader);
    return reader.suppression === null
      ? 'Your subscription has resumed. You will get the next issue.'
      : 'Your pause has ended.';
  },
  data: async (ctx: PublicContext, reader: Reader) => dataNotices[await requestDataLink(ctx, reader)],
};

const takenBack = {
  yes: 'You are subscribed again, as before.',
  no: `Nothing has changed: leaving can be taken back once, within ${takeBackMinutes} minutes.`,
};

const dataNotices = {
  mailed: 'We are sending a link to your address. It works for 24 hours.',
  'too many': 'We have sent you several links already. Please look in your inbox, or try again in an hour.',
  suppressed: 'We could not send you a link: nothing goes to your address at the moment.',
};

/** For somebody who left so long ago that their address is no longer kept, or for a token that is nobody's. */
async function answerWithoutReader(c: Context, ctx: PublicContext, token: string | null) {
  const leftAt = token === null ? null : await readTimeOfLeaving(ctx, token);
  return leftAt === null
    ? c.html(damagedPage(ctx, 'Nothing has changed.'), 404)
    : c.html(forgottenPage(ctx, leftAt));
}
