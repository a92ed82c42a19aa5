import { startedByNpm } from '../env.ts';

/** Both npm and the terminal pass Ctrl-C on, so one press may arrive twice. */
const samePressMs = 1_000;

/** Systems that stop a service kill it after 10 to 90 seconds; whatever hangs, we end before, and say so. */
const longestMs = 12_500;

let signal: AbortSignal | undefined;

/**
 * Aborts at Ctrl-C or SIGTERM. A second press, later, ends the process at once, which is safe too, and so does a stop
 * that takes too long: the database may hang, or its folder be gone.
 * All calls share one signal; from the first call on, Ctrl-C no longer ends the process by itself.
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
      setTimeout(giveUp, longestMs).unref();
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

function giveUp(): void {
  process.stderr.write(
    'Something did not stop in time, so the program was ended, which is as safe as a crash: run it again to continue.\n',
  );
  process.exit(1);
}

/** npm starts us through a shell, and npm’s SIGTERM kills that shell without reaching us. */
function whenOrphaned(stop: () => void): void {
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    stop();
  }, 500);
  watch.unref();
}
