import { Option } from 'commander';
import { findIssue } from '../../src/db/queries/issue/issues.ts';
import { type Benchmark, count, type Log } from '../support/benchmark.ts';
import { startChild } from '../support/child.ts';
import { openBench, week } from '../support/context.ts';
import { median } from '../support/median.ts';
import { prepareIssue, refreezeIssue, statisticsOption } from '../support/prepare-issue.ts';
import { sendWithPast } from './past.ts';
import { expectOnceEach, type Run, type SendOptions, sendOnce } from './send-once.ts';

export const send: Benchmark<SendOptions> = {
  name: 'send',
  description:
    'sends an issue to a receiver on this machine; compares with a naive loop and with the bytes alone',
  options: [
    count('recipients', 'confirmed subscribers', 100_000),
    new Option('--mode <mode>', 'delivery mode').choices(['template', 'inline']).default('template'),
    count('runs', 'prints the median of this many runs', 3),
    count('workers', 'worker processes', 1),
    count('past', 'compares with sending after as many issues of earlier weeks; default: does not', 0),
    statisticsOption(),
  ],
  run: (options, log) => (options.past === 0 ? benchSend(options, log) : sendWithPast(options, log)),
};

/** The naive loop is slow; a few thousand recipients are enough to measure its rate. */
const naiveRecipients = 2_000;

interface SendFigures {
  readonly recipientsPerSecond: number;
  readonly timesNaive: number;
  readonly shareOfCeiling: number;
  readonly cpuUsPerRecipient: number;
  readonly peakRssMb: number;
  readonly freezeSeconds: number;
  readonly bytesPerRecipient: number;
  readonly ceilingPerSecond: number;
  readonly naivePerSecond: number;
}

/**
 * Sends an issue `runs` times to a receiver in a process of its own, each time from the first claim to the last
 * answer with the ledger settled. Then sends the same bytes without a pipeline, and runs the naive loop.
 * Throws unless every recipient got the issue exactly once.
 */
async function benchSend(
  { recipients, mode, runs, workers }: Omit<SendOptions, 'past' | 'statistics'>,
  log: Log,
): Promise<SendFigures> {
  const receiver = await startChild('send/receiver.ts', null);
  const receiverUrl = await receiver.ask<string>('url');
  const bench = await openBench({ receiverUrl, mode });
  const { ctx } = bench;
  try {
    const freezeSeconds = [await prepareIssue(ctx, { subscribers: recipients })];
    log(`${recipients} subscribers`);
    const measured: Run[] = [];
    let counts = { recipients: 0, requests: 0, bytes: 0 };
    for (let no = 1; no <= runs; no += 1) {
      if (no > 1) freezeSeconds.push(await refreezeIssue(ctx));
      const run = await sendOnce(bench, workers);
      counts = await receiver.ask('counts');
      await expectOnceEach(ctx, counts.recipients, recipients);
      measured.push(run);
      log(`run ${no}: ${Math.round(recipients / run.seconds)} recipients/s`);
    }
    const issue = await findIssue(ctx.db, week);
    const ceilingSeconds = await secondsOf('send/ceiling.ts', {
      receiverUrl,
      bodyBytes: Math.round(counts.bytes / counts.requests),
      recipientsInBody: 100,
      requests: counts.requests,
    });
    const naiveSeconds = await secondsOf('send/naive.ts', {
      receiverUrl,
      recipients: naiveRecipients,
      issue: issue?.content,
      publication: ctx.settings.publication,
    });
    const recipientsPerSecond = recipients / median(measured.map((run) => run.seconds));
    const naivePerSecond = naiveRecipients / naiveSeconds;
    const ceilingPerSecond = recipients / ceilingSeconds;
    return {
      recipientsPerSecond,
      timesNaive: recipientsPerSecond / naivePerSecond,
      shareOfCeiling: recipientsPerSecond / ceilingPerSecond,
      cpuUsPerRecipient: median(measured.map((run) => run.cpuUs)) / recipients,
      peakRssMb: Math.max(...measured.map((run) => run.peakRssMb)),
      freezeSeconds: median(freezeSeconds),
      bytesPerRecipient: counts.bytes / recipients,
      ceilingPerSecond,
      naivePerSecond,
    };
  } finally {
    receiver.end();
    await bench.close();
  }
}

async function secondsOf(script: string, argument: unknown): Promise<number> {
  const child = await startChild(script, argument, { NODE_ENV: 'production' });
  try {
    return await child.ask<number>('go');
  } finally {
    child.end();
  }
}
