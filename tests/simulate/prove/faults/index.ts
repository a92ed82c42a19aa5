import { audienceFaults } from './audience.ts';
import { contentFaults } from './content.ts';
import { decisionFaults } from './decisions.ts';
import { retentionFaults } from './retention.ts';
import { scheduleFaults } from './schedule.ts';
import { sendingFaults } from './sending.ts';

export const faults = [
  ...decisionFaults,
  ...sendingFaults,
  ...contentFaults,
  ...scheduleFaults,
  ...audienceFaults,
  ...retentionFaults,
];
