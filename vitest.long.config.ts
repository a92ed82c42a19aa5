import { defineConfig, mergeConfig } from 'vitest/config';
import standard from './vitest.config.ts';

/** Tests that take minutes; `npm test` leaves them out. */
export default mergeConfig(
  { ...standard, test: { ...standard.test, include: [], exclude: [] } },
  defineConfig({ test: { include: ['tests/long/**/*.test.ts'] } }),
);
