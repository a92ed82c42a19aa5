import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['tests/**/*.test.{ts,tsx}'],
    globalSetup: ['tests/support/global-setup.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Much of the time goes by in waiting for processes and PostgreSQL, not for processors.
    maxWorkers: Math.max(3, availableParallelism()),
  },
});
