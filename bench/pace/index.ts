import { InvalidArgumentError, Option } from 'commander';
import { type Benchmark, count, type Log } from '../support/benchmark.ts';
import { type Child, startChild } from '../support/child.ts';
import { type Bench, openBench } from '../support/context.ts';
import { prepareIssue } from '../support/prepare-issue.ts';
import { type Cell, runCell } from './cell.ts';
import { slotToFirstPost } from './slot.ts';

type Mode = 'inline' | 'template';
type Entry = Cell['entry'];

interface PaceOptions {
  readonly limits: readonly number[];
  readonly latencies: readonly number[];
  readonly modes: readonly Mode[];
  readonly entries: readonly Entry[];
  readonly processes: readonly number[];
  readonly requests: number;
  readonly seconds: number;
  readonly line?: number;
  readonly slot?: true;
}

export const pace: Benchmark<PaceOptions> = {
  name: 'pace',
  description:
    'requests a second as a share of what a provider allows, at several limits and latencies, a line for each',
  options: [
    numbers('limits', 'requests a second that the provider allows; 429 beyond', '2,10,100'),
    numbers('latencies', 'milliseconds until an answer', '50,300,800'),
    names('modes', ['template', 'inline']),
    names('entries', ['send', 'worker']),
    numbers('processes', 'processes at once; several at 10 requests a second and more', '1,3'),
    count('requests', 'ends after so many requests', 2_000),
    count('seconds', 'or after so many seconds, after a warm start', 60),
    new Option('--line <mbit>', 'only: 20 batches of whole mails through a line of so many Mbit/s').argParser(
      Number,
    ),
    new Option('--slot', 'only: from the slot to the first post, with 4,000 readers'),
  ],
  run: benchPace,
};

async function benchPace(options: PaceOptions, log: Log): Promise<object> {
  if (options.slot) return slotToFirstPost(log);
  if (options.line !== undefined) return benchLine(options.line, log);
  const { limits, requests, seconds, modes } = options;
  const batches = Math.max(...limits.map((limit) => Math.min(limit * (seconds + 10), requests + limit * 10)));
  let [worstShare, mostTooMany] = [Number.POSITIVE_INFINITY, 0];
  for (const mode of modes) {
    await withIssue({ mode, batches }, async (bench, receiver) => {
      for (const cell of cellsOf(options)) {
        const figures = await runCell(bench, receiver, cell, { requests, ms: seconds * 1_000 });
        log(line(mode, cell, figures));
        worstShare = Math.min(worstShare, figures.shareOfLimit);
        mostTooMany = Math.max(mostTooMany, figures.shareTooMany);
      }
    });
  }
  return { worstShare, mostTooMany };
}

function cellsOf({ limits, latencies, entries, processes }: PaceOptions): Cell[] {
  return limits.flatMap((limit) =>
    latencies.flatMap((latencyMs) =>
      entries.flatMap((entry) =>
        processes
          .filter((count) => count === 1 || limit >= 10)
          .map((count) => ({ limit, latencyMs, entry, processes: count })),
      ),
    ),
  );
}

function line(
  mode: Mode,
  { limit, latencyMs, entry, processes }: Cell,
  { shareOfLimit, shareTooMany, peakRssMb }: Awaited<ReturnType<typeof runCell>>,
): string {
  const percent = (share: number) => `${(share * 100).toFixed(1)} %`.padStart(7);
  return [
    mode.padEnd(8),
    `${limit}/s`.padStart(5),
    `${latencyMs} ms`.padStart(6),
    entry.padEnd(6),
    `${processes} process${processes === 1 ? '  ' : 'es'}`,
    `${percent(shareOfLimit)} of the limit`,
    `${percent(shareTooMany)} answered 429`,
    `${Math.round(peakRssMb)} MB`.padStart(6),
  ].join('  ');
}

/** Finishes an issue of 20 batches, each of about 10 MB. */
async function benchLine(lineMbit: number, log: Log): Promise<object> {
  let figures = {};
  await withIssue({ mode: 'inline', batches: 20, lineMbit }, async (bench, receiver) => {
    const from = performance.now();
    const cell = { limit: 10, latencyMs: 300, entry: 'send', processes: 1 } as const;
    const { received, peakRssMb } = await runCell(bench, receiver, cell, 'until it is sent');
    const seconds = (performance.now() - from) / 1_000;
    log(`${received.recipients} recipients in ${seconds.toFixed(0)} s`);
    const shareOfLine = received.bytes / ((seconds * lineMbit * 1e6) / 8);
    figures = { shareOfLine, uploadsThrownAway: received.thrownAway, peakRssMb };
  });
  return figures;
}

async function withIssue(
  { mode, batches, lineMbit }: { readonly mode: Mode; readonly batches: number; readonly lineMbit?: number },
  work: (bench: Bench, receiver: Child) => Promise<void>,
): Promise<void> {
  const receiver = await startChild('pace/receiver.ts', { lineMbit });
  const bench = await openBench({ receiverUrl: await receiver.ask<string>({ kind: 'url' }), mode });
  try {
    await prepareIssue(bench.ctx, { subscribers: batches * 100 });
    await work(bench, receiver);
  } finally {
    receiver.end();
    await bench.close();
  }
}

function numbers(name: string, description: string, byDefault: string): Option {
  const parse = (text: string) =>
    text.split(',').map((part) => {
      if (!/^[1-9]\d*$/.test(part))
        throw new InvalidArgumentError('expected whole numbers from 1, with commas.');
      return Number(part);
    });
  return new Option(`--${name} <n,…>`, description).argParser(parse).default(parse(byDefault), byDefault);
}

function names(name: string, all: readonly string[]): Option {
  const parse = (text: string) =>
    text.split(',').map((part) => {
      if (!all.includes(part)) throw new InvalidArgumentError(`expected some of ${all.join(', ')}.`);
      return part;
    });
  return new Option(`--${name} <name,…>`, `some of ${all.join(' and ')}`)
    .argParser(parse)
    .default(all, all.join(','));
}
