import { sql } from 'drizzle-orm';
import { findIssue } from '../../src/db/queries/issue/issues.ts';
import { issueStatus } from '../../src/pipeline/report/issue-status.ts';
import { startChild } from '../child.ts';
import { benchDatabase } from '../database.ts';
import type { Driven } from '../http/drive.ts';
import { median } from '../median.ts';
import { benchContext, week } from '../send/context.ts';
import { fillDatabase, newIssue, timedFreeze } from '../send/prepare.ts';
import { distinct, type Load, typeOf } from './load.ts';

export interface WebhookOptions {
  readonly events: number;
  readonly processes: number;
  readonly connections: number;
  readonly runs: number;
}

export interface WebhookFigures {
  readonly eventsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly cpuUsPerEvent: number;
  readonly statusSeconds: number;
}

const duplicates = 0.3;

/**
 * Posts shuffled, signed events, 30 % of them a second time, to web processes that share a database, and
 * measures from the first request to the last answer, each given after its event is kept and acted upon.
 * Throws when a count is not exact.
 */
export async function benchWebhooks(
  options: WebhookOptions,
  say: (line: string) => void,
): Promise<WebhookFigures> {
  const database = await benchDatabase();
  const ctx = benchContext({
    databaseUrl: database.url,
    receiverUrl: 'http://127.0.0.1:9',
    mode: 'template',
  });
  const servers = await Promise.all(
    Array.from({ length: options.processes }, () =>
      startChild('http/server.ts', { databaseUrl: database.url }),
    ),
  );
  try {
    await fillDatabase(ctx, distinct({ events: options.events, duplicates }));
    await newIssue(ctx);
    await timedFreeze(ctx);
    const urls = await Promise.all(
      servers.map(async (server) => (await server.ask<{ url: string }>('url')).url),
    );
    const runs: (Driven & { cpuUs: number })[] = [];
    let statusSeconds = 0;
    for (let no = 1; no <= options.runs; no += 1) {
      await ctx.db.execute(sql`truncate mail_events, suppressions`);
      const used = () => Promise.all(servers.map((server) => server.ask<{ cpuUs: number }>('usage')));
      const before = sum(await used());
      const driven = await driveOnce({
        ...options,
        urls,
        duplicates,
        issueId: await issueId(ctx),
        firstReader: 1,
      });
      runs.push({ ...driven, cpuUs: sum(await used()) - before });
      statusSeconds = await assertExact(ctx, options.events, driven);
      say(`run ${no}: ${Math.round(driven.requests / driven.seconds)} events/s`);
    }
    return {
      eventsPerSecond: options.events / median(runs.map((run) => run.seconds)),
      p50Ms: median(runs.map((run) => run.p50)),
      p99Ms: median(runs.map((run) => run.p99)),
      cpuUsPerEvent: median(runs.map((run) => run.cpuUs)) / options.events,
      statusSeconds,
    };
  } finally {
    for (const server of servers) server.end();
    await ctx.close();
    await database.close();
  }
}

const sum = (used: readonly { cpuUs: number }[]) => used.reduce((total, { cpuUs }) => total + cpuUs, 0);

async function issueId(ctx: ReturnType<typeof benchContext>): Promise<number> {
  const issue = await findIssue(ctx.db, week);
  if (issue === null) throw new Error('no issue');
  return issue.id;
}

async function driveOnce(load: Load): Promise<Driven> {
  const sender = await startChild('webhooks/sender.ts', load);
  try {
    await sender.ask('sign');
    return await sender.ask<Driven>('go');
  } finally {
    sender.end();
  }
}

/** Every event once, whatever came twice; seconds that `status` took to count them. */
async function assertExact(
  ctx: ReturnType<typeof benchContext>,
  events: number,
  { statuses }: Driven,
): Promise<number> {
  const from = performance.now();
  const status = await issueStatus(ctx, week);
  const seconds = (performance.now() - from) / 1_000;
  if (!status.ok) throw new Error(status.message);
  const { delivered, bounced, softBounced } = status.report;
  const stored = await ctx.db.execute<{ events: number; suppressed: number }>(sql`
    select (select count(*) from mail_events)::int as events, (select count(*) from suppressions)::int as suppressed`);
  const types = Array.from({ length: distinct({ events, duplicates }) }, (_, n) => typeOf(n));
  const expected = {
    statuses: { 200: events },
    events: types.length,
    delivered: types.filter((type) => type === null).length,
    bounced: types.filter((type) => type === 'Permanent').length,
    softBounced: types.filter((type) => type === 'Transient').length,
    suppressed: types.filter((type) => type === 'Permanent').length,
  };
  const found = { statuses, ...stored.rows[0], delivered, bounced, softBounced };
  if (
    Object.entries(expected).some(
      ([key, value]) => JSON.stringify(value) !== JSON.stringify(found[key as keyof typeof found]),
    )
  ) {
    throw new Error(`expected ${JSON.stringify(expected)}, found ${JSON.stringify(found)}`);
  }
  return seconds;
}
