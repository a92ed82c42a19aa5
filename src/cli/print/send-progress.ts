import type { SendOptions } from '../../pipeline/send/send-issue.ts';
import type { CommandContext } from '../run.ts';
import { type Progress, showProgress } from './progress.ts';

/** Shows how far a send is, from the moment its audience is frozen. */
export function sendProgress({ terminal, signal }: CommandContext): {
  progress: SendOptions;
  end: () => void;
} {
  let shown: Progress | null = null;
  const trouble = new Trouble((line) => shown?.note(line));
  return {
    progress: {
      signal,
      onFrozen: (before) => {
        shown = showProgress(terminal.stderr, 'Sending', before.audience, before.audience - before.pending);
      },
      onSettled: (recipients) => shown?.advance(recipients),
      onTrouble: (reason) => trouble.add(reason),
      onAway: (ms) =>
        shown?.note(
          `The database does not answer. Trying again for up to ${Math.round(ms / 60_000)} minutes …`,
        ),
      onWaiting: (ms) =>
        shown?.note(
          `Waiting up to ${Math.ceil(ms / 1000)} s for batches that another process is sending or that are due later …`,
        ),
    },
    end: () => shown?.end(),
  };
}

/** Answers come by the hundred: what went wrong is said at the first of them, and then every ten seconds. */
const everyMs = 10_000;

/** Says what keeps a send from going on: the most frequent reason since it was last said. */
class Trouble {
  readonly #note: (line: string) => void;
  readonly #counts = new Map<string, number>();
  #saidAt = Number.NEGATIVE_INFINITY;

  constructor(note: (line: string) => void) {
    this.#note = note;
  }

  add(reason: string): void {
    this.#counts.set(reason, (this.#counts.get(reason) ?? 0) + 1);
    const now = performance.now();
    if (now - this.#saidAt < everyMs) return;
    const [[most = '', times = 0] = []] = [...this.#counts].toSorted(([, a], [, b]) => b - a);
    this.#note(`Not accepted${times > 1 ? `, ${times} times` : ''}: ${most}`);
    this.#counts.clear();
    this.#saidAt = now;
  }
}
