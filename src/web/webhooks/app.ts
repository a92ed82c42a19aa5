import { Hono, type MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { MailEvent, ReadWebhook } from '../../domain/sending/mail-event.ts';
import type { PipelineContext } from '../../pipeline/context.ts';
import { recordMailEvents } from '../../pipeline/send/record-mail-events.ts';
import { inRounds } from '../rounds.ts';

export interface WebhookContext extends Pick<PipelineContext, 'db' | 'observe'> {
  /** Null without a secret: then nothing can be trusted. */
  readonly readWebhook: ReadWebhook | null;
}

export const webhookPath = '/webhooks/resend';

/** Events are a few kilobytes; a click's link makes them longer. */
const maxBytes = 256 * 1024;

const limitStream = bodyLimit({
  maxSize: maxBytes,
  onError: (c) => c.text('Too large for an event.\n', 413),
});

/** The server holds a sender to the length it states; only a body without one is counted as it comes, which costs more than all the rest. */
const limitBody: MiddlewareHandler = (c, next) =>
  Number(c.req.header('content-length')) <= maxBytes ? next() : limitStream(c, next);

/** One commit for as many events as came during the last; the statement stays small enough to be quick. */
const eventsInRound = 500;

/**
 * Events of the provider (https://resend.com/docs/webhooks): 200 once they are kept, also when they were before;
 * 400 where signature, age or form are wrong; 413 when too large. Anything else, and the provider tries again
 * for a day.
 */
export function webhookApp(ctx: WebhookContext): Hono {
  const app = new Hono();
  const { readWebhook } = ctx;
  const record = inRounds<MailEvent>((events) => recordMailEvents(ctx, events), eventsInRound);

  if (readWebhook === null) {
    app.all(webhookPath, (c) => c.text('Set RESEND_WEBHOOK_SECRET to take webhooks here.\n', 404));
    return app;
  }
  app.post(webhookPath, limitBody, async (c) => {
    const rawBody = await c.req.text().catch(() => null);
    const header = (name: string) => c.req.header(name) ?? '';
    const event =
      rawBody === null
        ? null
        : readWebhook(rawBody, {
            id: header('svix-id'),
            timestamp: header('svix-timestamp'),
            signature: header('svix-signature'),
          });
    if (event === null) return c.text('Not a webhook signed for us within the last minutes.\n', 400);
    await record(event);
    return c.text('Kept.\n');
  });
  app.all(webhookPath, (c) => c.text('Webhooks are posted.\n', 405, { Allow: 'POST' }));
  return app;
}
