import { existsSync, statfsSync } from 'node:fs';
import { availableParallelism, freemem } from 'node:os';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

// As in src/runtime.mjs: React's development build takes three times as long to render.
process.env.NODE_ENV = 'production';

// Clusters, databases and mails are made and dropped all the time, which takes half the system time in memory.
if (hasRoom('/dev/shm')) process.env.TMPDIR = '/dev/shm';

/** Whether a run fits, which takes 1 to 2 GB. There is no such folder outside Linux, and in a container it may be small. */
function hasRoom(folder: string): boolean {
  if (!existsSync(folder)) return false;
  const files = statfsSync(folder);
  return files.bavail * files.bsize > 4e9 && freemem() > 8e9;
}

/** Starts the longest first, then what waits for processes and clocks, so that the others run meanwhile. */
class WaitingFilesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const rank = ({ moduleId }: TestSpecification) => {
      if (moduleId.includes('/tests/simulate/')) return 0;
      return /\/tests\/(cli|browser|integration\/(db|mail))\//.test(moduleId) ? 1 : 2;
    };
    return sorted.toSorted((a, b) => rank(a) - rank(b));
  }
}

export default defineConfig({
  test: {
    include: ['tests/**/*.test.{ts,tsx}'],
    // `npm run test:long` runs these.
    exclude: ['tests/long/**'],
    globalSetup: ['tests/support/global-setup.ts'],
    // No test needs this long, even on a busy machine. It ends tests that hang.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    // More than two, even on two cores: tests often wait for processes and PostgreSQL rather than for a core.
    maxWorkers: Math.max(3, availableParallelism()),
    // Each worker loads the modules once rather than for every file, which saves a third of the CPU time of the unit tests. It is safe:
    // no file changes a module or the environment, and each has its own database.
    isolate: false,
    // Keeps what it made of each module in node_modules, for the next run: that takes a tenth of the time.
    experimental: { fsModuleCache: true },
    sequence: { sequencer: WaitingFilesFirst },
  },
});
