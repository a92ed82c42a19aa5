import { isDeepStrictEqual } from 'node:util';
import { sql } from 'drizzle-orm';
import { findIssue } from '../src/db/queries/issue/issues.ts';
import { issueStatus } from '../src/pipeline/report/issue-status.ts';
import { eventOf, type SignedEvent, signEvent } from '../tests/support/fake-resend/webhooks.ts';
import { type Benchmark, count, type Log } from './support/benchmark.ts';
import { type Child, startChildren, type Usage } from './support/child.ts';
import { type BenchContext, openBench, week } from './support/context.ts';
import { median } from './support/median.ts';
import { emailOf, prepareIssue } from './support/prepare-issue.ts';
import { type Answered, type BenchRequest, expectStatus, sendRequests } from './support/send-requests.ts';

interface WebhookOptions {
  /** Including duplicates. */
  readonly events: number;
  readonly processes: number;
  readonly connections: number;
  readonly runs: number;
}

export const webhooks: Benchmark<WebhookOptions> = {
  name: 'webhooks',
  description:
    'posts shuffled events, 30 % of them duplicates, to web processes; fails when a count is wrong',
  options: [
    count('events', 'events to post', 20_000),
    count('processes', 'web processes', 2),
    count('connections', 'connections at once', 50),
    count('runs', 'prints the median of this many runs', 3),
  ],
  run: benchWebhooks,
};

interface WebhookFigures {
  readonly eventsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly cpuUsPerEvent: number;
  readonly statusSeconds: number;
}

/** Share of the events that repeat an earlier one. */
const duplicates = 0.3;

/**
 * Posts shuffled, signed events, 30 % of them duplicates, to web processes that share a database. Measures from the
 * first request to the last answer; each is given after its event is stored and applied. Throws when a count is wrong.
 */
async function benchWebhooks(
  { events, processes, connections, runs }: WebhookOptions,
  log: Log,
): Promise<WebhookFigures> {
  const distinct = Math.round(events * (1 - duplicates));
  const bench = await openBench();
  const { ctx } = bench;
  const servers = await startChildren(processes, 'support/web-process.ts', bench.settings);
  try {
    await prepareIssue(ctx, { subscribers: distinct });
    const issue = await findIssue(ctx.db, week);
    if (issue === null) throw new Error('no issue');
    const urls = await Promise.all(servers.map((server) => server.ask<string>('url')));
    const measured: (Answered & { cpuUs: number })[] = [];
    let statusSeconds = 0;
    for (let no = 1; no <= runs; no += 1) {
      await ctx.db.execute(sql`truncate mail_events, mail_event_totals, suppressions`);
      const requests = requestsOf(signedEvents(issue.id, distinct, events), urls);
      const cpuUsBefore = await cpuUsOf(servers);
      const answered = await sendRequests(requests, connections);
      measured.push({ ...answered, cpuUs: (await cpuUsOf(servers)) - cpuUsBefore });
      expectStatus(answered, 200);
      statusSeconds = await expectEachEventOnce(ctx, distinct);
      log(`run ${no}: ${Math.round(events / answered.seconds)} events/s`);
    }
    return {
      eventsPerSecond: events / median(measured.map((run) => run.seconds)),
      p50Ms: median(measured.map((run) => run.p50Ms)),
      p99Ms: median(measured.map((run) => run.p99Ms)),
      cpuUsPerEvent: median(measured.map((run) => run.cpuUs)) / events,
      statusSeconds,
    };
  } finally {
    for (const server of servers) server.end();
    await bench.close();
  }
}

async function cpuUsOf(servers: readonly Child[]): Promise<number> {
  const usages = await Promise.all(servers.map((server) => server.ask<Usage>('usage')));
  return usages.reduce((sum, { cpuUs }) => sum + cpuUs, 0);
}

/** One event in fifty is a permanent bounce, one a transient bounce; the others are deliveries. */
const bounceOf = (n: number) => (n % 50 === 0 ? 'Permanent' : n % 50 === 25 ? 'Transient' : null);

/** One event for each of the first subscribers, and duplicates up to `count`, shuffled. */
function signedEvents(issueId: number, distinct: number, count: number): SignedEvent[] {
  const events = Array.from({ length: distinct }, (_, n) => {
    const tags = {
      issue: String(issueId),
      batch: String(Math.floor(n / 100) + 1),
      delivery: String(n + 1),
    };
    const email = { id: `email-${n + 1}`, to: [emailOf(n + 1)], tags };
    const type = bounceOf(n);
    return signEvent(
      type === null
        ? eventOf(email, 'email.delivered')
        : eventOf(email, 'email.bounced', { bounce: { type, subType: 'General', message: 'no' } }),
    );
  });
  return shuffled([...events, ...shuffled(events).slice(0, count - distinct)]);
}

const shuffled = <T>(items: readonly T[]): T[] =>
  items
    .map((item) => ({ item, place: Math.random() }))
    .toSorted((a, b) => a.place - b.place)
    .map(({ item }) => item);

/** To each server in turn. */
const requestsOf = (events: readonly SignedEvent[], urls: readonly string[]): BenchRequest[] =>
  events.map(({ body, headers }, index) => ({
    url: `${urls[index % urls.length]}/webhooks/resend`,
    options: {
      method: 'POST',
      headers: {
        ...headers,
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
      },
    },
    body,
  }));

/** Returns the seconds that `status` took to count the events. */
async function expectEachEventOnce(ctx: BenchContext, distinct: number): Promise<number> {
  const from = performance.now();
  const status = await issueStatus(ctx, week);
  const seconds = (performance.now() - from) / 1_000;
  if (!status.ok) throw new Error(status.message);
  const { delivered, bounced, softBounced } = status.report;
  const { rows } = await ctx.db.execute<{ events: number; suppressed: number }>(sql`
    select (select count(*) from mail_events)::int as events, (select count(*) from suppressions)::int as suppressed`);
  const found = { ...rows[0], delivered, bounced, softBounced };
  const bounces = Array.from({ length: distinct }, (_, n) => bounceOf(n));
  const count = (type: string | null) => bounces.filter((bounce) => bounce === type).length;
  const expected = {
    events: distinct,
    suppressed: count('Permanent'),
    delivered: count(null),
    bounced: count('Permanent'),
    softBounced: count('Transient'),
  };
  if (!isDeepStrictEqual(found, expected))
    throw new Error(`expected ${JSON.stringify(expected)}, found ${JSON.stringify(found)}`);
  return seconds;
}
