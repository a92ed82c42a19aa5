import { expect, it } from 'vitest';
import { allSentOnce, runTwoProcesses } from '../../../support/pipeline/two-processes.ts';

it('two processes that run the schedule at the same time send one issue a week, and each reader gets it once', async () => {
  expect(await runTwoProcesses(60)).toEqual(allSentOnce(60));
});
