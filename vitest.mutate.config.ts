import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The first test that fails ends the run against a mutant, so the quick ones come first. */
class UnitTestsFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isUnit = (file: TestSpecification) => file.moduleId.includes('/tests/unit/');
    return [...sorted.filter(isUnit), ...sorted.filter((file) => !isUnit(file))];
  }
}

/** The tests of `npm run mutate`: those of the mutated modules that need no database, browser or other process. */
export default defineConfig({
  test: {
    include: [
      'tests/unit/domain/**/*.test.ts',
      'tests/unit/mail/resend/**/*.test.ts',
      'tests/integration/mail/resend-{account,answers,publish-template,sent-log,wire}.test.ts',
    ],
    setupFiles: ['tests/support/fixed-seed.ts'],
    // Stryker's own timeout, which allows for a busy machine, ends a mutant that hangs.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    sequence: { sequencer: UnitTestsFirst },
  },
});
