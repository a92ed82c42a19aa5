import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Those that wait for processes and clocks begin first, so that the others run meanwhile and nothing is left to wait for. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const waits = (file: TestSpecification) => /\/tests\/(cli|browser|chaos)\//.test(file.moduleId);
    return [...sorted.filter(waits), ...sorted.filter((file) => !waits(file))];
  }
}

export default defineConfig({
  test: {
    include: ['tests/**/*.test.{ts,tsx}'],
    globalSetup: ['tests/support/global-setup.ts'],
    // Nothing waits this long by itself; a busy machine may be slow, and a test that hangs must still end.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    // Much of the time goes by in waiting for processes and PostgreSQL, not for processors.
    maxWorkers: Math.max(3, availableParallelism()),
    // Each worker loads the modules once, not once a file: a third less to compute in the unit tests. No file changes a module or the
    // environment, and each has its own database.
    isolate: false,
    sequence: { sequencer: LongestFirst },
  },
});
