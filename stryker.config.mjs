// `npm run mutate`: changes the modules that decide, one small change at a time, and runs their tests against each.
// docs/contributing.md says how to read the result.

export default {
  // All of it. A message is mutated like any other code: what a person reads is asserted, too.
  mutate: ['src/domain/**/*.ts', 'src/mail/resend/**/*.ts'],
  testRunner: 'vitest',
  vitest: { configFile: 'vitest.mutate.config.ts' },
  coverageAnalysis: 'perTest',
  // One in seven mutants is in a constant, such as a pattern, a schema or a table. They take the longest, since all
  // tests of the file run against each, but they decide the most.
  ignoreStatic: false,
  // A mutant that hangs counts as detected, so only one that really hangs may time out, even on a busy machine.
  timeoutMS: 30_000,
  timeoutFactor: 4,
  concurrency: 2,
  // What the tests read; the rest is not copied.
  ignorePatterns: [
    '**',
    '!/src/**',
    '!/jobs/**',
    '!/templates/**',
    '!/tests/**',
    '!/docs/**',
    '!/package.json',
    '!/tsconfig.json',
    '!/vitest.mutate.config.ts',
  ],
  reporters: ['clear-text', 'progress-append-only', 'html', 'json'],
  clearTextReporter: { reportMutants: false, reportTests: false },
  htmlReporter: { fileName: 'reports/mutation/index.html' },
  jsonReporter: { fileName: 'reports/mutation/mutation.json' },
  incrementalFile: 'reports/mutation/incremental.json',
  thresholds: { high: 90, low: 85, break: 80 },
};
