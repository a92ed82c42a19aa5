import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { tick } from '../../src/pipeline/schedule/tick.ts';
import type { Log } from '../support/benchmark.ts';
import { startChild } from '../support/child.ts';
import { now, openBench, week } from '../support/context.ts';
import { median } from '../support/median.ts';
import { approveAnew, prepareIssue, refreezeIssue } from '../support/prepare-issue.ts';
import type { Received } from './receiver.ts';
import type { SenderArgument } from './sender.ts';

const readers = 4_000;
const runs = 10;

const anHourBefore = new Date(now.getTime() - 3_600_000);

/** Milliseconds from a tick at the slot to the first post of a worker that is running, and of the freeze alone. */
export async function slotToFirstPost(log: Log): Promise<object> {
  const receiver = await startChild('pace/receiver.ts', {});
  const receiverUrl = await receiver.ask<string>({ kind: 'url' });
  const bench = await openBench({ receiverUrl, mode: 'inline', perSecond: 10 });
  const { ctx } = bench;
  const argument: SenderArgument = { settings: bench.settings, entry: 'worker' };
  try {
    await prepareIssue(ctx, { subscribers: readers });
    const freezeMs: number[] = [];
    for (let no = 0; no < 3; no += 1) freezeMs.push((await refreezeIssue(ctx)) * 1_000);
    const worker = await startChild('pace/sender.ts', argument);
    await worker.ask('go');
    const firstPostMs: number[] = [];
    for (let no = 1; no <= runs; no += 1) {
      await approveAnew(ctx);
      await ctx.db.execute(sql`truncate slots, ticks`);
      await tick({ ...ctx, clock: { now: () => anHourBefore } });
      await ctx.db.execute(sql`delete from pgboss.job`);
      await receiver.ask({ kind: 'begin', limit: 10, latencyMs: 300 });
      // At another moment of the workers' polling each time.
      await sleep(no * 137);
      const from = Date.now();
      await tick(ctx);
      firstPostMs.push((await firstPost(() => receiver.ask<Received>({ kind: 'received' }))) - from);
      log(`run ${no}: ${Math.round(firstPostMs.at(-1) ?? 0)} ms`);
      await untilSent(ctx);
    }
    await worker.ask('stop');
    worker.end();
    return { medianMs: median(firstPostMs), mostMs: Math.max(...firstPostMs), freezeMs: median(freezeMs) };
  } finally {
    receiver.end();
    await bench.close();
  }

  async function untilSent({ db }: typeof ctx): Promise<void> {
    for (;;) {
      const { rows } = await db.execute(sql`select from issues where week = ${week} and status = 'sent'`);
      if (rows.length > 0) return;
      await sleep(100);
    }
  }
}

async function firstPost(ask: () => Promise<Received>): Promise<number> {
  for (;;) {
    const [first] = (await ask()).at;
    if (first !== undefined) return first;
    await sleep(20);
  }
}
