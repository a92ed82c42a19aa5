import { startWorker } from '../../jobs/worker.ts';
import { sendIssue } from '../../src/pipeline/send/send-issue.ts';
import { answerParent, usage } from '../support/child.ts';
import { type BenchContext, type BenchSettings, benchContext, week } from '../support/context.ts';

export interface SenderArgument {
  readonly settings: BenchSettings;
  /** As the command `send` does it, or as a worker of `npm start`. */
  readonly entry: 'send' | 'worker';
}

const stop = new AbortController();
let ctx: BenchContext | undefined;
let sending: Promise<unknown> = Promise.resolve();

answerParent(async (message: 'go' | 'stop', { settings, entry }: SenderArgument) => {
  if (message === 'go') {
    ctx = benchContext(settings);
    sending =
      entry === 'send'
        ? sendIssue(ctx, week, 'benchmark', { signal: stop.signal })
        : startWorker(ctx, stop.signal);
    return 'going';
  }
  stop.abort();
  await sending;
  await ctx?.queue.stop(12_000);
  return usage();
});
