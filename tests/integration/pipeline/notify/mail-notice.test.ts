import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { mailNotice } from '../../../../src/pipeline/notify/mail-notice.ts';
import { readOutbox } from '../../../support/mail/read-outbox.ts';
import { sharedPipeline } from '../../../support/pipeline/shared-pipeline.ts';
import { at, tuesday, week } from '../../../support/pipeline/test-pipeline.ts';

const shared = sharedPipeline();
const editors = { editorEmails: ['editor@desk.example'] };
const hourMs = 3_600_000;

const reminder = {
  kind: 'approval-reminder',
  week,
  slot: tuesday.toISOString(),
  at: tuesday.toISOString(),
  reason: null,
} as const;

test.each([
  ['a reminder that is late by less than half a day is mailed', 11, 1],
  ['a reminder that is late by more than half a day is not: the next one is due soon', 13, 0],
])('%s', async (_, hours, mails) => {
  const pipeline = { ...(await shared.approved(1)), settings: { ...shared.empty(editors).settings } };
  await mailNotice(at(pipeline, new Date(tuesday.getTime() + hours * hourMs)), reminder, tuesday);
  const folder = join(pipeline.outbox, 'editors');
  expect(existsSync(folder) ? await readOutbox(folder) : []).toHaveLength(mails);
});
