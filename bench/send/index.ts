import { findIssue } from '../../src/db/queries/issue/issues.ts';
import { issueStatus } from '../../src/pipeline/report/issue-status.ts';
import { startChild } from '../child.ts';
import { benchDatabase } from '../database.ts';
import { median } from '../median.ts';
import { type Bench, benchContext, week } from './context.ts';
import { fillDatabase, newIssue, timedFreeze } from './prepare.ts';

export interface SendOptions {
  readonly recipients: number;
  readonly mode: Bench['mode'];
  readonly runs: number;
  readonly workers: number;
}

/** The naive loop is slow: a few thousand recipients tell its rate. */
const naiveRecipients = 2_000;

export interface SendFigures {
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

interface Run {
  readonly seconds: number;
  readonly freezeSeconds: number;
  readonly cpuUs: number;
  readonly peakRssMb: number;
}

/**
 * Sends an issue `runs` times, each time from the first claim to the last answer with the ledger settled, to a
 * receiver in a process of its own; then, in the same run, the same bytes without a pipeline, and the naive loop.
 * Throws when anybody got it not exactly once.
 */
export async function benchSend(options: SendOptions, say: (line: string) => void): Promise<SendFigures> {
  const { recipients, mode } = options;
  const database = await benchDatabase();
  const receiver = await startChild('send/receiver.ts', null);
  const { port } = await receiver.ask<{ port: number }>('port');
  const bench = { databaseUrl: database.url, receiverUrl: `http://127.0.0.1:${port}`, mode };
  const ctx = benchContext(bench);
  try {
    await fillDatabase(ctx, recipients);
    say(`${recipients} subscribers`);
    const runs: Run[] = [];
    let counted = { recipients: 0, requests: 0, bytes: 0 };
    for (let no = 1; no <= options.runs; no += 1) {
      await newIssue(ctx);
      const freezeSeconds = await timedFreeze(ctx);
      const sent = await sendOnce(bench, options.workers);
      counted = await receiver.ask('count');
      await assertOnceEach(ctx, counted.recipients, recipients);
      runs.push({ ...sent, freezeSeconds });
      say(`run ${no}: ${Math.round(recipients / sent.seconds)} recipients/s`);
    }
    const issue = await findIssue(ctx.db, week);
    const ceiling = await measured('send/ceiling.ts', {
      receiverUrl: bench.receiverUrl,
      bodyBytes: Math.round(counted.bytes / counted.requests),
      recipientsInBody: 100,
      requests: counted.requests,
    });
    const naive = await measured('send/naive.ts', {
      receiverUrl: bench.receiverUrl,
      recipients: naiveRecipients,
      issue: issue?.content,
      publication: ctx.settings.publication,
    });
    const seconds = median(runs.map((run) => run.seconds));
    const naivePerSecond = naiveRecipients / naive.seconds;
    const ceilingPerSecond = recipients / ceiling.seconds;
    return {
      recipientsPerSecond: recipients / seconds,
      timesNaive: recipients / seconds / naivePerSecond,
      shareOfCeiling: recipients / seconds / ceilingPerSecond,
      cpuUsPerRecipient: median(runs.map((run) => run.cpuUs)) / recipients,
      peakRssMb: Math.max(...runs.map((run) => run.peakRssMb)),
      freezeSeconds: median(runs.map((run) => run.freezeSeconds)),
      bytesPerRecipient: counted.bytes / recipients,
      ceilingPerSecond,
      naivePerSecond,
    };
  } finally {
    receiver.end();
    await ctx.close();
    await database.close();
  }
}

/** Worker processes that are up already begin together. */
async function sendOnce(bench: Bench, workers: number): Promise<Omit<Run, 'freezeSeconds'>> {
  const children = await Promise.all(
    Array.from({ length: workers }, () => startChild('send/worker.ts', bench)),
  );
  const from = performance.now();
  const used = await Promise.all(
    children.map((child) => child.ask<{ cpuUs: number; peakRssMb: number }>('go')),
  );
  const seconds = (performance.now() - from) / 1_000;
  for (const child of children) child.end();
  return {
    seconds,
    cpuUs: used.reduce((sum, { cpuUs }) => sum + cpuUs, 0),
    peakRssMb: Math.max(...used.map(({ peakRssMb }) => peakRssMb)),
  };
}

async function measured(script: string, argument: unknown): Promise<{ seconds: number; cpuUs: number }> {
  const child = await startChild(script, argument, { NODE_ENV: 'production' });
  try {
    return await child.ask('go');
  } finally {
    child.end();
  }
}

async function assertOnceEach(
  ctx: ReturnType<typeof benchContext>,
  received: number,
  recipients: number,
): Promise<void> {
  const status = await issueStatus(ctx, week);
  if (!status.ok) throw new Error(status.message);
  const { submitted, balances, status: state } = status.report;
  if (state !== 'sent' || !balances || submitted !== recipients || received !== recipients) {
    throw new Error(`${state}: ${recipients} in the audience, ${submitted} booked, ${received} received`);
  }
}
