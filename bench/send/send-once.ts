import { issueStatus } from '../../src/pipeline/report/issue-status.ts';
import { startChildren, type Usage } from '../support/child.ts';
import { type Bench, type BenchContext, week } from '../support/context.ts';
import type { Statistics } from '../support/prepare-issue.ts';
import { serverCpuUs } from '../support/server-cpu.ts';

/** The options of `bench -- send`. */
export interface SendOptions {
  readonly recipients: number;
  readonly mode: 'inline' | 'template';
  readonly runs: number;
  readonly workers: number;
  readonly past: number;
  readonly statistics: Statistics;
}

/** What a worker tells when it has delivered the issue. */
export interface Worked extends Usage {
  /** How long each of its claims took. */
  readonly claimMs: readonly number[];
}

export interface Run extends Worked {
  readonly seconds: number;
  /** Of the database's processes together; NaN where there is no /proc. */
  readonly databaseCpuUs: number;
}

/** Starts the workers, then measures from the moment that all of them begin. */
export async function sendOnce({ ctx, settings }: Bench, workers: number): Promise<Run> {
  const children = await startChildren(workers, 'send/worker.ts', settings);
  const databaseBefore = await serverCpuUs(ctx.db);
  const from = performance.now();
  const worked = await Promise.all(children.map((child) => child.ask<Worked>('go')));
  const seconds = (performance.now() - from) / 1_000;
  const databaseCpuUs = (await serverCpuUs(ctx.db)) - databaseBefore;
  for (const child of children) child.end();
  return {
    seconds,
    databaseCpuUs,
    cpuUs: worked.reduce((sum, { cpuUs }) => sum + cpuUs, 0),
    peakRssMb: Math.max(...worked.map(({ peakRssMb }) => peakRssMb)),
    claimMs: worked.flatMap(({ claimMs }) => claimMs),
  };
}

/** Throws unless every recipient got the issue exactly once. */
export async function expectOnceEach(ctx: BenchContext, received: number, recipients: number): Promise<void> {
  const status = await issueStatus(ctx, week);
  if (!status.ok) throw new Error(status.message);
  const { submitted, balances, status: state } = status.report;
  if (state !== 'sent' || !balances || submitted !== recipients || received !== recipients)
    throw new Error(
      `the issue is ${state}: ${recipients} recipients, ${submitted} submitted, ${received} received`,
    );
}
