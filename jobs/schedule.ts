import cron from 'node-cron';
import { tendAudience } from '../src/audience/tend.ts';
import type { PipelineContext } from '../src/pipeline/context.ts';
import { maintain } from '../src/pipeline/maintain.ts';
import { tick } from '../src/pipeline/tick.ts';
import { watchSignUps } from '../src/pipeline/watch-sign-ups.ts';

/** Every clock line there is. What is due at a tick, and what was missed, the tick finds out by itself. */
const everyMinute = '* * * * *';

/** Ticks now and each minute until the returned function is called, which waits for a tick under way. */
export function startSchedule(ctx: PipelineContext): () => Promise<void> {
  let running = Promise.resolve();
  const beat = () => {
    running = running
      .then(() => tick(ctx))
      .then(() => maintain(ctx))
      .then(() => tendAudience(ctx))
      .then(() => watchSignUps(ctx))
      .catch((error: unknown) => ctx.observe({ kind: 'failed', what: 'tick', error }));
    return running;
  };
  const task = cron.schedule(everyMinute, beat, { noOverlap: true });
  void beat();
  return async () => {
    await task.destroy();
    await running;
  };
}
