import pg from 'pg';
import { startChild } from '../child.ts';
import { benchDatabase } from '../database.ts';
import { type Asked, type Driven, drive } from '../http/drive.ts';

export interface ReadersOptions {
  /** In the table before anything is asked. */
  readonly subscribers: number;
  readonly requests: number;
  readonly connections: number;
  /** Interleaved sign-ups of each kind, for the comparison of their times. */
  readonly tries: number;
}

export interface ReadersFigures {
  readonly leaveP50Ms: number;
  readonly leaveP99Ms: number;
  readonly leavesPerSecond: number;
  readonly signUpP50Ms: number;
  readonly signUpP99Ms: number;
  readonly signUpsPerSecond: number;
  readonly frontPageP50Ms: number;
  /** Chance that the sign-up of a known address takes longer than that of an unknown one; 0.5 tells nothing. */
  readonly knownTakesLonger: number;
}

/** Readers at the pages of `ROLES=web` in a process of its own, with a large audience in the table. */
export async function benchReaders(
  options: ReadersOptions,
  say: (line: string) => void,
): Promise<ReadersFigures> {
  const { subscribers, requests, connections, tries } = options;
  const database = await benchDatabase();
  await fill(database.url, subscribers);
  say(`${subscribers} subscribers`);
  const server = await startChild('http/server.ts', { databaseUrl: database.url });
  try {
    const { url } = await server.ask<{ url: string }>('url');
    const base = url.replace(/\/$/, '');
    const times = (count: number, ask: (no: number) => Asked) => {
      let no = 0;
      return () => {
        no += 1;
        return no > count ? null : ask(no);
      };
    };
    // The first ones compile code and open connections.
    await drive(
      times(200, (no) => signUp(base, `warm-up-${no}@gmail.com`, no)),
      connections,
    );
    const leave = await drive(
      times(requests, (no) => oneClick(base, tokenOf(no * Math.floor(subscribers / requests)))),
      connections,
    );
    expectAll(leave, 200);
    const join = await drive(
      times(requests, (no) => signUp(base, `new-${no}@gmail.com`, no)),
      connections,
    );
    expectAll(join, 202);
    const front = await drive(
      times(requests, () => ({ url: `${base}/`, options: {} })),
      connections,
    );
    expectAll(front, 200);
    say('sign-ups of known and unknown addresses, in turns');
    const known = await interleaved(base, tries);
    return {
      leaveP50Ms: leave.p50,
      leaveP99Ms: leave.p99,
      leavesPerSecond: leave.requests / leave.seconds,
      signUpP50Ms: join.p50,
      signUpP99Ms: join.p99,
      signUpsPerSecond: join.requests / join.seconds,
      frontPageP50Ms: front.p50,
      knownTakesLonger: known,
    };
  } finally {
    server.end();
    await database.close();
  }
}

const tokenOf = (no: number) => `reader-${String(no).padStart(15, '0')}`;
const knownAddress = (no: number) => `reader-${no}@readers.example`;

async function fill(url: string, subscribers: number): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(
    `insert into subscribers (email, status, reader_token, consent_source, confirmed_at)
     select 'reader-' || n || '@readers.example', 'confirmed', 'reader-' || lpad(n::text, 15, '0'), 'bench', now()
     from generate_series(1, $1::int) n`,
    [subscribers],
  );
  await client.query('vacuum analyze subscribers');
  await client.end();
}

/** The literal request of RFC 8058. */
const oneClick = (base: string, token: string): Asked => ({
  url: `${base}/u/${token}`,
  options: { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
  body: 'List-Unsubscribe=One-Click',
});

/** Each from a network of its own. */
const signUp = (base: string, email: string, no: number): Asked => ({
  url: `${base}/subscribe`,
  options: {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-forwarded-for': `${(no >> 16) & 255}.${(no >> 8) & 255}.${no & 255}.7`,
    },
  },
  body: `email=${encodeURIComponent(email)}`,
});

function expectAll({ requests, statuses }: Driven, status: number): void {
  if (statuses[status] !== requests)
    throw new Error(`not all answered ${status}: ${JSON.stringify(statuses)}`);
}

/** One after the other, who goes first by turns; the share of pairs in which the known one took longer (ties half). */
async function interleaved(base: string, tries: number): Promise<number> {
  const ms: Record<'known' | 'unknown', number[]> = { known: [], unknown: [] };
  for (let no = 1; no <= tries; no += 1) {
    const kinds = no % 2 === 0 ? (['known', 'unknown'] as const) : (['unknown', 'known'] as const);
    for (const [at, kind] of kinds.entries()) {
      const email = kind === 'known' ? knownAddress(no) : `nobody-${no}@readers.example`;
      let asked: Asked | null = signUp(base, email, 8_000_000 + 2 * no + at);
      const driven = await drive(() => {
        const next = asked;
        asked = null;
        return next;
      }, 1);
      expectAll(driven, 202);
      ms[kind].push(driven.p50);
    }
  }
  let longer = 0;
  for (const a of ms.known) for (const b of ms.unknown) longer += a > b ? 1 : a === b ? 0.5 : 0;
  return longer / tries ** 2;
}
