import type { sendIssue } from '../../pipeline/send/send-issue.ts';
import type { CommandContext } from '../run.ts';
import { type Progress, showProgress } from './progress.ts';

type SendOptions = NonNullable<Parameters<typeof sendIssue>[3]>;

/** Shows how far a send is, from the moment its audience is frozen. */
export function sendProgress({ terminal, signal }: CommandContext): {
  progress: SendOptions;
  end: () => void;
} {
  let shown: Progress | null = null;
  return {
    progress: {
      signal,
      onFrozen: (before) => {
        shown = showProgress(terminal.stderr, 'Sending', before.audience, before.audience - before.pending);
      },
      onSettled: (recipients) => shown?.advance(recipients),
      onWaiting: (ms) =>
        shown?.note(
          `Waiting up to ${Math.ceil(ms / 1000)} s for batches that another process is sending or that are due later …`,
        ),
    },
    end: () => shown?.end(),
  };
}
