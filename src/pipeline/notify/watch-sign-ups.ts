import {
  beginSlowDown,
  endSlowDown,
  isSlowedDown,
  readSignUpFigures,
} from '../../db/queries/audience/sign-ups.ts';
import { shouldSlowDown } from '../../domain/audience/sign-up-watch.ts';
import { weekKeyOf } from '../../domain/issue/week.ts';
import type { PipelineContext } from '../context.ts';
import { enqueueNotice } from './enqueue-notice.ts';

/**
 * Runs every minute. While sign-ups look like abuse, confirmation mails are limited to a tenth of their budget; this
 * begins and ends that time, and notifies the editors of both, once, however many processes run.
 */
export async function watchSignUps(ctx: PipelineContext): Promise<void> {
  const now = ctx.clock.now();
  const figures = await readSignUpFigures(ctx.db, now);
  const slowed = await isSlowedDown(ctx.db);
  const slow = shouldSlowDown(figures, slowed);
  if (slow === slowed) return;
  await ctx.db.transaction(async (tx) => {
    if (!(await (slow ? beginSlowDown : endSlowDown)(tx, now))) return;
    const kind = slow ? 'sign-ups-slowed' : 'sign-ups-normal';
    const { total: signUps, fromFewNetworks, unconfirmed } = figures;
    ctx.observe({ kind, signUps });
    await enqueueNotice(ctx, tx, {
      kind,
      week: weekKeyOf(now, ctx.settings.timeZone),
      since: now.toISOString(),
      signUps,
      fromFewNetworks,
      unconfirmed,
    });
  });
}
