import type { Writable } from 'node:stream';
import cliProgress from 'cli-progress';
import type { Terminal } from '../terminal.ts';

export interface Progress {
  advance(by: number): void;
  note(line: string): void;
  end(): void;
}

/** A bar on a terminal, elsewhere a line at each tenth. On stderr, so that stdout has only the result. */
export function showProgress(stderr: Terminal['stderr'], label: string, total: number, done = 0): Progress {
  return stderr.isTTY ? bar(stderr, label, total, done) : lines(stderr, label, total, done);
}

function bar(stderr: Writable, label: string, total: number, done: number): Progress {
  const progress = new cliProgress.SingleBar(
    {
      format: `${label} {bar} {value}/{total} · {eta_formatted} left`,
      stream: stderr,
      hideCursor: true,
    },
    cliProgress.Presets.shades_classic,
  );
  progress.start(total, done);
  return {
    advance: (by) => progress.increment(by),
    note: (line) => stderr.write(`\n${line}\n`),
    end: () => progress.stop(),
  };
}

function lines(stderr: Writable, label: string, total: number, done: number): Progress {
  let value = done;
  let shown = total === 0 ? 10 : Math.floor((value / total) * 10);
  return {
    advance: (by) => {
      value += by;
      const tenth = Math.floor((value / Math.max(total, 1)) * 10);
      if (tenth > shown) stderr.write(`${label} ${value}/${total}\n`);
      shown = Math.max(shown, tenth);
    },
    note: (line) => stderr.write(`${line}\n`),
    end: () => {},
  };
}
