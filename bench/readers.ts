import { sql } from 'drizzle-orm';
import { type Benchmark, count, type Log } from './support/benchmark.ts';
import { startChild } from './support/child.ts';
import { openBench } from './support/context.ts';
import { addSubscribers, emailOf, tokenOf } from './support/prepare-issue.ts';
import { type BenchRequest, expectStatus, sendRequests } from './support/send-requests.ts';

interface ReadersOptions {
  /** In the table before the first request. */
  readonly subscribers: number;
  /** Of each kind. */
  readonly requests: number;
  readonly connections: number;
  /** Sign-ups of known and of unknown addresses each, whose times are compared. */
  readonly tries: number;
}

export const readers: Benchmark<ReadersOptions> = {
  name: 'readers',
  description:
    'unsubscribes, signs up and opens the front page; checks that response times do not reveal who is subscribed',
  options: [
    count('subscribers', 'rows in the table', 1_000_000),
    count('requests', 'requests of each kind', 10_000),
    count('connections', 'connections at once', 50),
    count('tries', 'sign-ups of known and of unknown addresses each, to compare their times', 1_000),
  ],
  run: benchReaders,
};

interface ReadersFigures {
  readonly leaveP50Ms: number;
  readonly leaveP99Ms: number;
  readonly leavesPerSecond: number;
  readonly signUpP50Ms: number;
  readonly signUpP99Ms: number;
  readonly signUpsPerSecond: number;
  readonly frontPageP50Ms: number;
  /** Probability that the sign-up of a known address takes longer than that of an unknown one; at 0.5, time reveals nothing. */
  readonly knownTakesLonger: number;
}

/** Readers leave, sign up and visit the front page, all at one web process with a large audience in the table. */
async function benchReaders(
  { subscribers, requests, connections, tries }: ReadersOptions,
  log: Log,
): Promise<ReadersFigures> {
  const bench = await openBench();
  const { db } = bench.ctx;
  await addSubscribers(bench.ctx, subscribers);
  await db.execute(sql`vacuum analyze subscribers`);
  log(`${subscribers} subscribers`);
  const server = await startChild('support/web-process.ts', bench.settings);
  try {
    const url = await server.ask<string>('url');
    const send = async (count: number, status: number, requestOf: (no: number) => BenchRequest) => {
      const all = Array.from({ length: count }, (_, index) => requestOf(index + 1));
      const answered = await sendRequests(all, connections);
      expectStatus(answered, status);
      return answered;
    };
    // Warms up: the first requests compile code and open connections.
    await send(200, 202, (no) => signUp(url, `warm-up-${no}@gmail.com`, no));
    const everyNth = Math.floor(subscribers / requests);
    const leave = await send(requests, 200, (no) => oneClick(url, tokenOf(no * everyNth)));
    const join = await send(requests, 202, (no) => signUp(url, `new-${no}@gmail.com`, no));
    const front = await send(requests, 200, () => ({ url: `${url}/` }));
    log('sign-ups of known and unknown addresses by turns');
    return {
      leaveP50Ms: leave.p50Ms,
      leaveP99Ms: leave.p99Ms,
      leavesPerSecond: leave.requests / leave.seconds,
      signUpP50Ms: join.p50Ms,
      signUpP99Ms: join.p99Ms,
      signUpsPerSecond: join.requests / join.seconds,
      frontPageP50Ms: front.p50Ms,
      knownTakesLonger: await knownTakesLonger(url, tries),
    };
  } finally {
    server.end();
    await bench.close();
  }
}

const form = { 'content-type': 'application/x-www-form-urlencoded' };

/** The request of RFC 8058, to the letter. */
const oneClick = (url: string, token: string): BenchRequest => ({
  url: `${url}/u/${token}`,
  options: { method: 'POST', headers: form },
  body: 'List-Unsubscribe=One-Click',
});

/** `no` gives each request a network of its own, so that no limit applies. */
const signUp = (url: string, email: string, no: number): BenchRequest => ({
  url: `${url}/subscribe`,
  options: {
    method: 'POST',
    headers: { ...form, 'x-forwarded-for': `${(no >> 16) & 255}.${(no >> 8) & 255}.${no & 255}.7` },
  },
  body: `email=${encodeURIComponent(email)}`,
});

/** Signs up known and unknown addresses, one at a time and by turns; the share of pairs in which the known one took longer. */
async function knownTakesLonger(url: string, tries: number): Promise<number> {
  const ms: Record<'known' | 'unknown', number[]> = { known: [], unknown: [] };
  for (let no = 1; no <= tries; no += 1) {
    const kinds = no % 2 === 0 ? (['known', 'unknown'] as const) : (['unknown', 'known'] as const);
    for (const [index, kind] of kinds.entries()) {
      const email = kind === 'known' ? emailOf(no) : `nobody-${no}@readers.example`;
      const answered = await sendRequests([signUp(url, email, 8_000_000 + 2 * no + index)], 1);
      expectStatus(answered, 202);
      ms[kind].push(answered.p50Ms);
    }
  }
  let longer = 0;
  for (const a of ms.known) for (const b of ms.unknown) longer += a > b ? 1 : a === b ? 0.5 : 0;
  return longer / tries ** 2;
}
