import { expect, it } from 'vitest';
import { allSentOnce, runTwoProcesses } from '../support/pipeline/two-processes.ts';

it('two processes that run the schedule at the same time over 1,000 slots send one issue a week, and each reader gets it once', async () => {
  expect(await runTwoProcesses(1_000)).toEqual(allSentOnce(1_000));
}, 3_600_000);
