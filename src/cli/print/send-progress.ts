import type { sendIssue } from '../../pipeline/send/send-issue.ts';
import { type Progress, showProgress } from './progress.ts';

type SendOptions = NonNullable<Parameters<typeof sendIssue>[2]>;

/** Progress of a send: a bar or lines from the freeze on. */
export function sendProgress(signal: AbortSignal): { progress: SendOptions; end: () => void } {
  let shown: Progress | null = null;
  return {
    progress: {
      signal,
      onFrozen: (before) => {
        shown = showProgress('Sending', before.audience, before.audience - before.pending);
      },
      onSettled: (recipients) => shown?.advance(recipients),
      onWaiting: (ms) =>
        shown?.note(
          `Waiting up to ${Math.ceil(ms / 1000)} s for batches that another process holds or that are due later …`,
        ),
    },
    end: () => shown?.end(),
  };
}
