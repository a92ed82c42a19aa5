import cron from 'node-cron';
import { maintainAudience } from '../src/audience/maintain-audience.ts';
import type { PipelineContext } from '../src/pipeline/context.ts';
import { watchSignUps } from '../src/pipeline/notify/watch-sign-ups.ts';
import { maintainIssues } from '../src/pipeline/recover/maintain-issues.ts';
import { pruneSome } from '../src/pipeline/retain/prune.ts';
import { moveDrafts } from '../src/pipeline/schedule/drop-slots.ts';
import { refreshDrafts } from '../src/pipeline/schedule/refresh-drafts.ts';
import { tick } from '../src/pipeline/schedule/tick.ts';

/** The only cron line. What is due, and what was missed, `tick` finds out from the database. */
const everyMinute = '* * * * *';

/** Looked at this often, a minute that node-cron left out is made up for within 90 seconds of the last run. */
const checkEveryMs = 15_000;
const overdueAfterMs = 70_000;

/** The names show in logs and metrics. */
const steps = { refreshDrafts, tick, moveDrafts, maintainIssues, maintainAudience, watchSignUps, pruneSome };

/** What the clock does each minute, in this order; a step that fails is reported and does not stop the others. */
export async function runSteps(ctx: PipelineContext): Promise<void> {
  for (const [what, step] of Object.entries(steps)) {
    await step(ctx).catch((error: unknown) => ctx.observe({ kind: 'failed', what, error }));
  }
}

/**
 * Runs the steps now and every minute, never twice at once. A plain timer looks after node-cron, which gives no tick
 * for an hour or two when the clocks of the machine go back. The returned function stops both and waits for a run
 * under way.
 */
export function startSchedule(ctx: PipelineContext): () => Promise<void> {
  let running: Promise<void> | null = null;
  let startedMs = 0;
  const run = () => {
    if (running !== null) return;
    startedMs = performance.now();
    running = runSteps(ctx).finally(() => {
      running = null;
    });
  };
  const task = cron.schedule(everyMinute, run);
  const timer = setInterval(() => {
    if (performance.now() - startedMs > overdueAfterMs) run();
  }, checkEveryMs);
  run();
  return async () => {
    clearInterval(timer);
    await task.destroy();
    await running;
  };
}
