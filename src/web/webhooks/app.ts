import { Hono, type MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { leaveByMail } from '../../audience/leave/leave-by-mail.ts';
import type { MailEvent, ReadWebhook } from '../../domain/sending/mail-event.ts';
import type { PipelineContext } from '../../pipeline/context.ts';
import { recordMailEvents } from '../../pipeline/send/record-mail-events.ts';
import { groupCommit } from '../http/group-commit.ts';

export interface WebhookContext extends Pick<PipelineContext, 'db' | 'keys' | 'observe' | 'clock'> {
  /** Null without a secret: then no event can be trusted. */
  readonly readWebhook: ReadWebhook | null;
}

export const webhookPath = '/webhooks/resend';

/** Events are a few kilobytes; the link of a click makes them longer. */
const maxBytes = 256 * 1024;

const limitStream = bodyLimit({
  maxSize: maxBytes,
  onError: (c) => c.text('Too large for a webhook event.\n', 413),
});

/** Node enforces a stated length. Only a body without one is counted as it arrives, which costs more than all the rest. */
const limitBody: MiddlewareHandler = (c, next) =>
  Number(c.req.header('content-length')) <= maxBytes ? next() : limitStream(c, next);

/** Events in one commit; the statement stays small enough to be quick. */
const maxEvents = 500;

/**
 * Events of the provider (https://resend.com/docs/webhooks). Answers 200 once an event is stored, also if it was
 * stored before, or, for mail that was received, once whoever left by it has left; 400 when its signature, age or form is wrong; 413 when it is too large. After any other answer the
 * provider tries again for a day.
 */
export function webhookApp(ctx: WebhookContext): Hono {
  const app = new Hono();
  const { readWebhook } = ctx;
  const record = groupCommit<MailEvent, void>((events) => recordMailEvents(ctx, events), maxEvents);

  if (readWebhook === null) {
    app.all(webhookPath, (c) => c.text('Set RESEND_WEBHOOK_SECRET to receive webhooks here.\n', 404));
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
    if (event === null) return c.text('Not a webhook that was signed for us in the last few minutes.\n', 400);
    if (event.type === 'received') {
      await leaveByMail(ctx, event);
      return c.text('Read.\n');
    }
    await record(event);
    return c.text('Stored.\n');
  });
  app.all(webhookPath, (c) => c.text('Send webhooks with POST.\n', 405, { Allow: 'POST' }));
  return app;
}
