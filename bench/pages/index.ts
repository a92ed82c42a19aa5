import { sql } from 'drizzle-orm';
import { startChild } from '../child.ts';
import { benchDatabase } from '../database.ts';
import type { Driven } from '../http/drive.ts';
import { benchContext, week } from '../send/context.ts';
import { fillDatabase, newIssue, timedFreeze } from '../send/prepare.ts';

export interface PagesOptions {
  readonly subscribers: number;
  readonly issues: number;
  readonly connections: number;
  readonly seconds: number;
}

export type PagesFigures = Readonly<Record<string, number>>;

const paths = {
  archive: '/issues',
  issue: `/issues/${week}`,
  frame: `/issues/${week}/frame`,
  feed: '/feed.xml',
};

/**
 * Requests a second and the median of their times in milliseconds, for each page of the archive, with so many
 * subscribers and issues in the tables, from one web process.
 */
export async function benchPages(options: PagesOptions, say: (line: string) => void): Promise<PagesFigures> {
  const database = await benchDatabase();
  const ctx = benchContext({
    databaseUrl: database.url,
    receiverUrl: 'http://127.0.0.1:9',
    mode: 'template',
  });
  const server = await startChild('http/server.ts', { databaseUrl: database.url });
  const visitor = await startChild('pages/visitor.ts', options);
  try {
    await fillDatabase(ctx, options.subscribers);
    await newIssue(ctx);
    await timedFreeze(ctx);
    await addEarlierIssues(ctx, options.issues - 1);
    say(`${options.subscribers} subscribers, ${options.issues} issues`);
    const { url } = await server.ask<{ url: string }>('url');
    const figures: Record<string, number> = {};
    for (const [name, path] of Object.entries(paths)) {
      const driven = await visitor.ask<Driven>(`${url.slice(0, -1)}${path}`);
      if (Object.keys(driven.statuses).join() !== '200')
        throw new Error(`${path}: ${JSON.stringify(driven.statuses)}`);
      figures[`${name}PerSecond`] = driven.requests / driven.seconds;
      figures[`${name}P50Ms`] = driven.p50;
      say(`${path}: ${Math.round(driven.requests / driven.seconds)}/s`);
    }
    return figures;
  } finally {
    visitor.end();
    server.end();
    await ctx.close();
    await database.close();
  }
}

/** The same issue in earlier weeks, as long and as rich. */
async function addEarlierIssues(ctx: ReturnType<typeof benchContext>, count: number): Promise<void> {
  await ctx.db.execute(sql`
    insert into issues (week, number, status, cutoff, content, subject, preheader, html, text, placeholder, envelope,
      sha256, approved_sha256, frozen_at, audience)
    select to_char(timestamp '2026-11-16' - n * interval '7 days', 'IYYY"-W"IW'), 1000 - n, 'sent', cutoff, content,
      subject, preheader, html, text, placeholder, envelope, sha256, approved_sha256,
      frozen_at - n * interval '7 days', audience
    from issues, generate_series(1, ${count}::int) n where week = ${week}`);
  await ctx.db.execute(sql`analyze`);
}
