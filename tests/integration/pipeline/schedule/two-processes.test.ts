import { expect, it } from 'vitest';
import { allSentOnce, runTwoProcesses } from '../../../support/pipeline/two-processes.ts';

// Over week 53, the end of the year and a change of the clock.
it('two processes that run the schedule at the same time send one issue a week, and each reader gets it once', async () => {
  expect(await runTwoProcesses(16)).toEqual(allSentOnce(16));
});
