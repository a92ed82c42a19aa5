import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { enqueueDelivery } from '../../src/pipeline/send/freeze-issue.ts';
import { type Child, startChildren, type Usage } from '../support/child.ts';
import { type Bench, week } from '../support/context.ts';
import type { Provider, Received } from './receiver.ts';
import type { SenderArgument } from './sender.ts';

export interface Cell extends Provider {
  readonly entry: SenderArgument['entry'];
  readonly processes: number;
}

export interface CellFigures {
  /** Requests a second from the first to the last one of those measured, by the provider's limit. */
  readonly shareOfLimit: number;
  readonly shareTooMany: number;
  readonly peakRssMb: number;
  readonly received: Received;
}

/** When enough is measured. */
export interface Measured {
  readonly requests: number;
  readonly ms: number;
}

/** What is sent before this many milliseconds have passed since the first request does not count. */
const warmUpMs = 3_000;

/** Sends the issue anew to a provider of this kind until enough is measured. */
export async function runCell(
  bench: Bench,
  receiver: Child,
  cell: Cell,
  measured: Measured | 'until it is sent',
): Promise<CellFigures> {
  await resetIssue(bench);
  await receiver.ask({ kind: 'begin', limit: cell.limit, latencyMs: cell.latencyMs });
  const argument: SenderArgument = {
    settings: { ...bench.settings, perSecond: cell.limit },
    entry: cell.entry,
  };
  const senders = await startChildren(cell.processes, 'pace/sender.ts', argument);
  for (const sender of senders) await sender.ask('go');
  let received = await receiver.ask<Received>({ kind: 'received' });
  while (
    !(measured === 'until it is sent' ? await isSent(bench) : isEnough(afterWarmUp(received), measured))
  ) {
    await sleep(250);
    received = await receiver.ask<Received>({ kind: 'received' });
  }
  const usages = await Promise.all(senders.map((sender) => sender.ask<Usage>('stop')));
  for (const sender of senders) sender.end();
  const counted = afterWarmUp(received);
  const seconds = ((counted.at(-1) ?? 0) - (counted[0] ?? 0)) / 1_000;
  return {
    shareOfLimit: (counted.length - 1) / seconds / cell.limit,
    shareTooMany: received.tooMany / (received.tooMany + received.at.length),
    peakRssMb: Math.max(...usages.map(({ peakRssMb }) => peakRssMb)),
    received,
  };
}

const afterWarmUp = ({ at }: Received) => at.filter((instant) => instant > (at[0] ?? 0) + warmUpMs);

function isEnough(counted: readonly number[], { requests, ms }: Measured): boolean {
  return counted.length >= requests || (counted.at(-1) ?? 0) - (counted[0] ?? 0) >= ms;
}

async function isSent({ ctx }: Bench): Promise<boolean> {
  const { rows } = await ctx.db.execute(sql`select from issues where week = ${week} and status = 'sent'`);
  return rows.length > 0;
}

/** As it was frozen, with its jobs: freezing it again for each cell would take longer than the cell. */
async function resetIssue({ ctx }: Bench): Promise<void> {
  await ctx.queue.install();
  await ctx.db.transaction(async (tx) => {
    await tx.execute(sql`
      update batches set status = 'pending', attempts = 0, token = null, lease_until = null, not_before = null,
        first_attempt_at = null, body_sha256 = null, submitted_at = null, provider_ids = null, last_error = null
      where status <> 'pending'`);
    await tx.execute(sql`update issues set status = 'sending', finished_at = null`);
    await tx.execute(sql`delete from pgboss.job`);
    await tx.execute(sql`delete from rate_limits`);
    await enqueueDelivery(ctx, tx, week);
  });
  await ctx.db.execute(sql`vacuum batches`);
}
