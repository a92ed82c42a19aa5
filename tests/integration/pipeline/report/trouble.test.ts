import { expect, it, onTestFinished } from 'vitest';
import { printStatusReport } from '../../../../src/cli/print/status-report.ts';
import type { Published } from '../../../../src/domain/sending/mailer.ts';
import { issueStatus } from '../../../../src/pipeline/report/issue-status.ts';
import { deliverIssue } from '../../../../src/pipeline/send/deliver-issue.ts';
import { scriptedMailer } from '../../../support/mail/scripted-mailer.ts';
import { frozenIssue } from '../../../support/pipeline/frozen-issue.ts';
import { must, type TestPipeline, testPipeline, week } from '../../../support/pipeline/test-pipeline.ts';

async function statusText(pipeline: TestPipeline): Promise<string> {
  const { report } = must(await issueStatus(pipeline, week));
  const lines: string[] = [];
  const print = (line: string) => lines.push(line);
  printStatusReport({ json: false, print, warn: print, document: () => {} }, report, 'UTC');
  return lines.join('\n');
}

it('status and progress name the most frequent reason for which batches are not accepted', async () => {
  const pipeline = await frozenIssue(350);
  onTestFinished(() => pipeline.close());
  const reasonFor = (first: string) => (first.startsWith('reader-1@') ? 'a rare one' : 'Resend answers 503.');
  const mailer = scriptedMailer(({ to: [first = ''] }) => ({
    ...{ kind: 'retry', reason: reasonFor(first), afterMs: 60_000, attempted: true },
  }));
  const troubles: string[] = [];
  await deliverIssue({ ...pipeline, mailer }, week, {
    patienceMs: 0,
    onTrouble: (reason) => troubles.push(reason),
  });
  expect(troubles.toSorted()).toEqual([
    'Resend answers 503.',
    'Resend answers 503.',
    'Resend answers 503.',
    'a rare one',
  ]);
  expect(await statusText(pipeline)).toContain(
    '4 batches to be tried again, most often because: Resend answers 503.',
  );
  await pipeline.database.pool.query('update batches set not_before = null');
  await deliverIssue(pipeline, week);
  expect(await statusText(pipeline)).not.toContain('tried again');
});

it('status and progress say why a template is not published, until it is', async () => {
  const pipeline = await testPipeline({ settings: { mode: 'template' } });
  onTestFinished(() => pipeline.close());
  await frozenIssue(3, undefined, pipeline);
  const seen: string[] = [];
  const answers: Published[] = [
    { kind: 'retry', reason: 'Resend may have accepted it: 500.', afterMs: 1, attempted: true },
    { kind: 'published', id: 'template-1' },
  ];
  const mailer = {
    ...scriptedMailer(() => undefined),
    publishTemplate: async () => answers.shift() as Published,
  };
  const onTrouble = (reason: string) => seen.push(reason);
  const stop = new AbortController();
  const stopping = async () => {
    const answer = answers.shift() as Published;
    stop.abort();
    return answer;
  };
  await deliverIssue({ ...pipeline, mailer: { ...mailer, publishTemplate: stopping } }, week, {
    signal: stop.signal,
    onTrouble,
  });
  expect(seen).toEqual(['The template is not published: Resend may have accepted it: 500.']);
  expect(await statusText(pipeline)).toContain(
    'Its template is not published at the provider, so nothing is posted: Resend may have accepted it: 500.',
  );
  await deliverIssue({ ...pipeline, mailer }, week, { onTrouble });
  expect(seen).toHaveLength(1);
  expect(await statusText(pipeline)).not.toContain('template');
});
