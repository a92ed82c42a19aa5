import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { wantsJson } from './form.ts';
import { messagePage, type Sheet } from './page.ts';

interface Said {
  readonly title: string;
  readonly text: string;
}

const said: Readonly<Record<number, Said>> = {
  400: { title: 'That could not be read', text: 'What arrived was incomplete. Go back and send it again.' },
  403: {
    title: 'Not from there',
    text: 'The form came from a page that may not send it. Use the one on our front page.',
  },
  404: { title: 'Not here', text: 'There is no such page. It may have moved.' },
  405: { title: 'Not like that', text: 'This address does not take that kind of request.' },
  413: { title: 'Too long', text: 'What arrived is longer than any form of ours. Nothing was changed.' },
  415: { title: 'Not in that form', text: 'Send a form, or JSON.' },
};

const failed: Said = {
  title: 'That did not work',
  text: 'Nothing was changed. Please try again in a minute.',
};

/** Every fault as a page, or as JSON to whom that is due; the cause of a failure goes to `onError` alone. */
export function answerFault(c: Context, sheet: Sheet, error: unknown, onError: (error: unknown) => void) {
  const status = error instanceof HTTPException ? error.status : 500;
  const message = said[status] ?? failed;
  if (status >= 500) onError(error);
  if (wantsJson(c)) return c.json({ error: message.text }, status);
  return c.html(messagePage(sheet, message), status);
}

/** The last route of a path: whatever the others did not take. */
export const onlyTakes = (methods: string) => (c: Context) => {
  c.header('Allow', methods);
  throw new HTTPException(405);
};
