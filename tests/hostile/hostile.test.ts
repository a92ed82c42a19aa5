import { afterEach, beforeEach, expect, test } from 'vitest';
import { type TestPipeline, testPipeline } from '../support/pipeline/test-pipeline.ts';
import { runHostile } from './run-hostile.ts';

let pipeline: TestPipeline;

beforeEach(async () => {
  pipeline = await testPipeline();
});

afterEach(() => pipeline.close());

/** `npm run hostile` sends 10,000 by default. */
test('hostile requests get no 5xx and no markup back, and change no protected row', async () => {
  const ctx = { ...pipeline, pages: { ...pipeline.pages, trustedProxies: 1 } };
  const { statuses, faults } = await runHostile(ctx, 600, Date.now() % 1_000_000);
  expect(faults).toEqual([]);
  // Proves that they reach every kind of refusal.
  for (const status of [400, 403, 404, 405, 413, 422])
    expect(statuses[status], `${status}`).toBeGreaterThan(0);
});
