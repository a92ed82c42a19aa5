import cron from 'node-cron';
import { maintainAudience } from '../src/audience/maintain-audience.ts';
import type { PipelineContext } from '../src/pipeline/context.ts';
import { watchSignUps } from '../src/pipeline/notify/watch-sign-ups.ts';
import { maintainIssues } from '../src/pipeline/recover/maintain-issues.ts';
import { tick } from '../src/pipeline/schedule/tick.ts';

/** The only cron line. What is due, and what was missed, `tick` finds out from the database. */
const everyMinute = '* * * * *';

/** In this order; one that fails does not stop the others. The names show in logs and metrics. */
const steps = { tick, maintainIssues, maintainAudience, watchSignUps };

/** Runs the steps now and every minute, never twice at once. The returned function stops that and waits for a run under way. */
export function startSchedule(ctx: PipelineContext): () => Promise<void> {
  let running = Promise.resolve();
  const runSteps = () => {
    running = running.then(async () => {
      for (const [what, step] of Object.entries(steps)) {
        await step(ctx).catch((error: unknown) => ctx.observe({ kind: 'failed', what, error }));
      }
    });
    return running;
  };
  const task = cron.schedule(everyMinute, runSteps, { noOverlap: true });
  void runSteps();
  return async () => {
    await task.destroy();
    await running;
  };
}
