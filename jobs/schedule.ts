import cron from 'node-cron';
import { maintainAudience } from '../src/audience/maintain-audience.ts';
import type { PipelineContext } from '../src/pipeline/context.ts';
import { watchSignUps } from '../src/pipeline/notify/watch-sign-ups.ts';
import { maintainIssues } from '../src/pipeline/recover/maintain-issues.ts';
import { tick } from '../src/pipeline/schedule/tick.ts';

/** Every clock line there is. What is due at a tick, and what was missed, the tick finds out by itself. */
const everyMinute = '* * * * *';

/** In this order; one that fails does not keep the others from running. */
const everyTick = { tick, maintain: maintainIssues, tend: maintainAudience, watch: watchSignUps };

/** Ticks now and each minute until the returned function is called, which waits for a tick under way. */
export function startSchedule(ctx: PipelineContext): () => Promise<void> {
  let running = Promise.resolve();
  const beat = () => {
    running = running.then(async () => {
      for (const [what, verb] of Object.entries(everyTick)) {
        await verb(ctx).catch((error: unknown) => ctx.observe({ kind: 'failed', what, error }));
      }
    });
    return running;
  };
  const task = cron.schedule(everyMinute, beat, { noOverlap: true });
  void beat();
  return async () => {
    await task.destroy();
    await running;
  };
}
