import { sql } from 'drizzle-orm';
import { type Benchmark, count, type Log } from './support/benchmark.ts';
import { startChild } from './support/child.ts';
import { type BenchContext, openBench, week } from './support/context.ts';
import { prepareIssue } from './support/prepare-issue.ts';
import { type BenchRequest, expectStatus, sendRequests } from './support/send-requests.ts';

interface PagesOptions {
  readonly subscribers: number;
  readonly issues: number;
  readonly connections: number;
  /** For each page. */
  readonly seconds: number;
}

export const pages: Benchmark<PagesOptions> = {
  name: 'pages',
  description: 'requests the pages of the archive and the feed from a web process',
  options: [
    count('subscribers', 'rows in the table', 1_000_000),
    count('issues', 'issues in the archive', 200),
    count('connections', 'connections at once', 50),
    count('seconds', 'for each page', 10),
  ],
  run: benchPages,
};

const paths = {
  archive: '/issues',
  issue: `/issues/${week}`,
  frame: `/issues/${week}/frame`,
  feed: '/feed.xml',
};

/** Requests a second and their median time, for each page of the archive, from one web process. */
async function benchPages(options: PagesOptions, log: Log): Promise<Readonly<Record<string, number>>> {
  const bench = await openBench();
  const server = await startChild('support/web-process.ts', bench.settings);
  try {
    await prepareIssue(bench.ctx, { subscribers: options.subscribers });
    await addEarlierIssues(bench.ctx, options.issues - 1);
    log(`${options.subscribers} subscribers, ${options.issues} issues`);
    const url = await server.ask<string>('url');
    const figures: Record<string, number> = {};
    for (const [name, path] of Object.entries(paths)) {
      const answered = await sendRequests(requestsFor(`${url}${path}`, options.seconds), options.connections);
      expectStatus(answered, 200);
      const perSecond = answered.requests / answered.seconds;
      figures[`${name}PerSecond`] = perSecond;
      figures[`${name}P50Ms`] = answered.p50Ms;
      log(`${path}: ${Math.round(perSecond)}/s`);
    }
    return figures;
  } finally {
    server.end();
    await bench.close();
  }
}

function* requestsFor(url: string, seconds: number): Generator<BenchRequest> {
  const end = performance.now() + seconds * 1_000;
  while (performance.now() < end) yield { url };
}

/** Copies of the issue in earlier weeks. */
async function addEarlierIssues({ db }: BenchContext, count: number): Promise<void> {
  await db.execute(sql`
    insert into issues (week, number, status, cutoff, content, subject, preheader, html, text, placeholder, envelope,
      sha256, approved_sha256, frozen_at, audience)
    select to_char(timestamp '2026-11-16' - n * interval '7 days', 'IYYY"-W"IW'), 1000 - n, 'sent', cutoff, content,
      subject, preheader, html, text, placeholder, envelope, sha256, approved_sha256,
      frozen_at - n * interval '7 days', audience
    from issues, generate_series(1, ${count}::int) n where week = ${week}`);
  await db.execute(sql`analyze`);
}
