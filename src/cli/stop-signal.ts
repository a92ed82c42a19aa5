import { startedByNpm } from '../env.ts';

/** npm and the terminal both pass Ctrl-C on, so the same press may arrive twice. */
const samePressMs = 1_000;

let signal: AbortSignal | undefined;

/**
 * Aborts at Ctrl-C or SIGTERM; pressed again later, the process ends at once (which is safe, too).
 * One for the process: from the first call on, no signal ends it by itself.
 */
export function stopSignal(): AbortSignal {
  signal ??= listen();
  return signal;
}

function listen(): AbortSignal {
  const controller = new AbortController();
  let firstAt: number | null = null;
  const stop = () => {
    if (firstAt === null) {
      firstAt = performance.now();
      process.stderr.write('\nStopping at the next safe point …\n');
      controller.abort();
    } else if (performance.now() - firstAt > samePressMs) {
      process.exit(1);
    }
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  if (startedByNpm()) whenOrphaned(stop);
  return controller.signal;
}

/** Between npm and us stands a shell that dies of npm's SIGTERM without passing it on. */
function whenOrphaned(stop: () => void): void {
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    stop();
  }, 500);
  watch.unref();
}
