import type { Log } from '../support/benchmark.ts';
import { type Child, startChild } from '../support/child.ts';
import { type Bench, openBench } from '../support/context.ts';
import { median } from '../support/median.ts';
import { prepareIssue, refreezeIssue } from '../support/prepare-issue.ts';
import { expectOnceEach, type Run, type SendOptions, sendOnce } from './send-once.ts';

interface PastFigures {
  readonly cpuUsPerRecipient: number;
  readonly cpuUsWithPast: number;
  readonly cpuRatio: number;
  readonly timeRatio: number;
  readonly freezeSeconds: number;
  readonly freezeWithPast: number;
  readonly claimP50Ms: number;
  readonly claimP50WithPast: number;
  readonly claimP99Ms: number;
  readonly claimP99WithPast: number;
}

/** A database without a past, and one after it. */
type Which = 'without' | 'after';

interface Week extends Run {
  readonly freezeSeconds: number;
}

/**
 * Sends an issue in turn from a database without and from one with a past, so that whatever else the machine does falls
 * on both. CPU is that of the workers and of the database; ratios are medians of the pairs.
 */
export async function sendWithPast(
  { recipients, mode, runs, workers, past, statistics }: SendOptions,
  log: Log,
): Promise<PastFigures> {
  const receiver = await startChild('send/receiver.ts', null);
  const settings = { receiverUrl: await receiver.ask<string>('url'), mode };
  const benches = { without: await openBench(settings), after: await openBench(settings) };
  const weeks: Record<Which, Week[]> = { without: [], after: [] };
  try {
    await prepareIssue(benches.without.ctx, { subscribers: recipients });
    await prepareIssue(benches.after.ctx, { subscribers: recipients, past, log });
    for (let no = 1; no <= runs; no += 1) {
      const order: readonly Which[] = no % 2 === 1 ? ['without', 'after'] : ['after', 'without'];
      for (const which of order) {
        const week = await sendWeek(benches[which], receiver, { recipients, workers, statistics });
        weeks[which].push(week);
        log(`pair ${no}, ${which}: ${Math.round(cpuOf(week) / recipients)} us of CPU a recipient`);
      }
    }
    const of = (which: Which, figure: (week: Week) => number) => median(weeks[which].map(figure));
    const ratio = (figure: (week: Week) => number) =>
      median(weeks.after.map((week, pair) => figure(week) / figure(weeks.without[pair] as Week)));
    const claims = (which: Which, share: number) =>
      quantile(
        weeks[which].flatMap(({ claimMs }) => claimMs),
        share,
      );
    return {
      cpuUsPerRecipient: of('without', cpuOf) / recipients,
      cpuUsWithPast: of('after', cpuOf) / recipients,
      cpuRatio: ratio(cpuOf),
      timeRatio: ratio(({ seconds }) => seconds),
      freezeSeconds: of('without', ({ freezeSeconds }) => freezeSeconds),
      freezeWithPast: of('after', ({ freezeSeconds }) => freezeSeconds),
      claimP50Ms: claims('without', 0.5),
      claimP50WithPast: claims('after', 0.5),
      claimP99Ms: claims('without', 0.99),
      claimP99WithPast: claims('after', 0.99),
    };
  } finally {
    receiver.end();
    await benches.without.close();
    await benches.after.close();
  }
}

async function sendWeek(
  bench: Bench,
  receiver: Child,
  { recipients, workers, statistics }: Pick<SendOptions, 'recipients' | 'workers' | 'statistics'>,
): Promise<Week> {
  const freezeSeconds = await refreezeIssue(bench.ctx, statistics);
  const run = await sendOnce(bench, workers);
  const { recipients: received } = await receiver.ask<{ readonly recipients: number }>('counts');
  await expectOnceEach(bench.ctx, received, recipients);
  return { ...run, freezeSeconds };
}

const cpuOf = ({ cpuUs, databaseCpuUs }: Run) => cpuUs + databaseCpuUs;

const quantile = (figures: readonly number[], share: number) =>
  figures.toSorted((a, b) => a - b)[Math.floor(figures.length * share)] ?? Number.NaN;
