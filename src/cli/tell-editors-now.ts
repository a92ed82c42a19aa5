import { notifyEditors } from '../pipeline/notify/notify-editors.ts';
import { explainError } from './explain-error.ts';
import type { CommandContext } from './run.ts';

/** Mails the notices that this command gave rise to, for a site that runs no worker beside it. */
export async function tellEditorsNow({ app, out }: CommandContext): Promise<void> {
  if (app.settings.editorEmails.length === 0) return;
  try {
    await app.queue.drain('tell-editors', ({ notice, at }) => notifyEditors(app, notice, new Date(at)));
  } catch (error) {
    out.warn(
      `The editors could not be told; the next command or npm start tries again. ${explainError(error)}`,
    );
  }
}
