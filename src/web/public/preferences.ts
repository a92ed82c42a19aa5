import { type Context, Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { z } from 'zod';
import { pause, readPreferences, requestDataLink, resume } from '../../audience/leave/preferences.ts';
import { unsubscribe } from '../../audience/leave/unsubscribe.ts';
import { isReaderToken } from '../../domain/audience/subscriber.ts';
import type { Site } from '../context.ts';
import { onlyTakes } from '../faults.ts';
import { readFields } from '../form.ts';
import { messagePage } from '../page.ts';
import { formsFrom, privatePage, smallBody } from './guard.ts';
import { preferencesPage } from './preferences-page.ts';
import { goodbyePage } from './unsubscribe.ts';

const schema = z.object({ action: z.enum(['pause', 'resume', 'leave', 'data']) });

/** Pause, resume, leave. What is kept about a reader opens only by a fresh link to their address. */
export function preferencesRoutes(site: Site): Hono {
  const { ctx, sheet } = site;
  const app = new Hono();
  app.use(privatePage, formsFrom(sheet.publicUrl), smallBody);

  app.get('/:token', async (c) => {
    const reader = await readerOf(c, site);
    return reader === null ? c.html(unknownPage(site), 404) : c.html(preferencesPage(sheet, reader, null));
  });
  app.post('/:token', async (c) => {
    const reader = await readerOf(c, site);
    if (reader === null) return c.html(unknownPage(site), 404);
    const input = schema.safeParse(await readFields(c));
    if (!input.success) throw new HTTPException(400);
    const { action } = input.data;
    if (action === 'leave') {
      await unsubscribe(ctx, [c.req.param('token')]);
      return c.html(goodbyePage({ sheet }));
    }
    const said = await act[action](site, reader);
    return c.html(preferencesPage(sheet, (await readerOf(c, site)) ?? reader, said));
  });
  app.all('/:token', onlyTakes('GET, POST'));
  return app;
}

type Reader = NonNullable<Awaited<ReturnType<typeof readerOf>>>;

/** Each does its thing and says what came of it. */
const act = {
  pause: async ({ ctx }: Site, reader: Reader) => {
    await pause(ctx, reader);
    return 'Paused. No issue comes meanwhile.';
  },
  resume: async ({ ctx }: Site, reader: Reader) => {
    await resume(ctx, reader);
    return 'Resumed. The next issue comes to your inbox.';
  },
  data: async ({ ctx }: Site, reader: Reader) =>
    (await requestDataLink(ctx, reader))
      ? 'A link is on its way to your address. It opens for 24 hours.'
      : 'Links were mailed to your address already. Look there, or try again in an hour.',
};

async function readerOf(c: Context, { ctx }: Site) {
  const token = c.req.param('token') ?? '';
  return isReaderToken(token) ? readPreferences(ctx, token) : null;
}

function unknownPage({ sheet }: Site) {
  const text = 'This link belongs to nobody: it is cut short, or whoever it belonged to was erased.';
  return messagePage(sheet, { title: 'Nobody here', text });
}
