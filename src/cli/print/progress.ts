import cliProgress from 'cli-progress';

export interface Progress {
  advance(by: number): void;
  note(line: string): void;
  end(): void;
}

/** A bar on a terminal, elsewhere a line at each tenth. On stderr, so that stdout has only the result. */
export function showProgress(label: string, total: number, done = 0): Progress {
  return process.stderr.isTTY ? bar(label, total, done) : lines(label, total, done);
}

function bar(label: string, total: number, done: number): Progress {
  const progress = new cliProgress.SingleBar(
    {
      format: `${label} {bar} {value}/{total} · {eta_formatted} left`,
      stream: process.stderr,
      hideCursor: true,
    },
    cliProgress.Presets.shades_classic,
  );
  progress.start(total, done);
  return {
    advance: (by) => progress.increment(by),
    note: (line) => process.stderr.write(`\n${line}\n`),
    end: () => progress.stop(),
  };
}

function lines(label: string, total: number, done: number): Progress {
  let value = done;
  let shown = total === 0 ? 10 : Math.floor((value / total) * 10);
  return {
    advance: (by) => {
      value += by;
      const tenth = Math.floor((value / Math.max(total, 1)) * 10);
      if (tenth > shown) process.stderr.write(`${label} ${value}/${total}\n`);
      shown = Math.max(shown, tenth);
    },
    note: (line) => process.stderr.write(`${line}\n`),
    end: () => {},
  };
}
