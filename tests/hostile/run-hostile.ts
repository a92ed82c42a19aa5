import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { insertSubscribers } from '../../src/db/queries/audience/subscribers.ts';
import { parseEmailAddress } from '../../src/domain/audience/email-address.ts';
import { newReaderToken } from '../../src/domain/audience/subscriber.ts';
import { weekKeyOf } from '../../src/domain/issue/week.ts';
import { importComparisons } from '../../src/pipeline/compose/import-comparisons.ts';
import { runWeek } from '../../src/pipeline/schedule/run-week.ts';
import { sampleComparisons } from '../../src/sample/comparisons.ts';
import type { PublicContext } from '../../src/web/context.ts';
import { listen } from '../../src/web/http/listen.ts';
import { publicApp } from '../../src/web/public/app.ts';
import { type HostileRequest, hostileRequests, type Victim } from './requests.ts';
import { type RawAnswer, sendRaw } from './send-raw.ts';

export interface HostileReport {
  readonly requests: number;
  /** Answers by status; `none` when the connection ended without one. */
  readonly statuses: Readonly<Record<string, number>>;
  /** What must not happen but did, each with its request. */
  readonly faults: readonly string[];
}

const connections = 16;

/** Sends `count` generated requests to the readers' pages, and checks each answer, and every protected row at the end. */
export async function runHostile(ctx: PublicContext, count: number, seed: number): Promise<HostileReport> {
  const faults: string[] = [];
  const victims = await prepare(ctx);
  const before = await protectedRows(ctx);
  const app = publicApp(ctx, { onError: (error) => void faults.push(`a failure: ${String(error)}`) });
  const server = await listen(app, { port: 0, host: '127.0.0.1', fix: '' });
  const port = Number(new URL(server.url).port);
  const statuses: Record<string, number> = {};
  const waiting = fc.sample(hostileRequests(victims), { numRuns: count, seed }).values();
  const sendAll = async () => {
    for (const request of waiting) {
      const answer = await sendRaw(port, request);
      statuses[answer.status ?? 'none'] = (statuses[answer.status ?? 'none'] ?? 0) + 1;
      const fault = faultOf(answer);
      if (fault !== null) faults.push(`${fault}: ${describe(request)}`);
    }
  };
  await Promise.all(Array.from({ length: connections }, sendAll));
  await server.close();
  const after = await protectedRows(ctx);
  for (const [table, rows] of Object.entries(before))
    if (after[table] !== rows) faults.push(`rows of ${table} changed`);
  for (const email of await signedUp(ctx))
    if (parseEmailAddress(email) !== email) faults.push(`${JSON.stringify(email)} was signed up`);
  return { requests: count, statuses, faults };
}

function faultOf({ status, head, body }: RawAnswer): string | null {
  if (status !== null && status >= 500) return `answered ${status}`;
  if (/^x-injected:/im.test(head)) return 'a header was injected';
  if (/^set-cookie:/im.test(head)) return 'a cookie was set';
  if (/<(script|img|svg)\b/i.test(body)) return 'markup was reflected';
  return null;
}

const describe = (request: HostileRequest) => JSON.stringify(request).slice(0, 1_000);

/** Adds subscribers, and sends them an issue. */
async function prepare(ctx: PublicContext): Promise<Victim[]> {
  const now = ctx.clock.now();
  const victims = Array.from({ length: 20 }, (_, no) => ({
    email: `victim-${no}@readers.example`,
    readerToken: newReaderToken(),
  }));
  await insertSubscribers(
    ctx.db,
    victims.map((victim) => ({ ...victim, status: 'confirmed', consentSource: 'test', confirmedAt: now })),
  );
  const comparisons = sampleComparisons(now).slice(0, 1);
  const imported = await importComparisons(ctx.db, JSON.stringify({ comparisons }));
  if (!imported.ok) throw new Error(imported.message);
  const week = await runWeek(ctx, weekKeyOf(now, ctx.settings.timeZone), 'Ada');
  if (!week.ok) throw new Error(week.message);
  return victims;
}

/** A digest of each table that these requests must not change. */
async function protectedRows({ db }: PublicContext): Promise<Record<string, string>> {
  const writable = ['sign_ups', 'consent_wordings', 'request_limits'];
  const { rows } = await db.execute<{ name: string }>(
    sql`select tablename as name from pg_tables where schemaname = 'public' order by 1`,
  );
  const digests: Record<string, string> = {};
  for (const { name } of rows.filter((row) => !writable.includes(row.name))) {
    const found = await db.execute<{ digest: string | null }>(
      sql`select md5(string_agg(t::text, '|' order by t::text)) as digest from ${sql.identifier(name)} t`,
    );
    digests[name] = found.rows[0]?.digest ?? 'empty';
  }
  return digests;
}

async function signedUp({ db }: PublicContext): Promise<string[]> {
  const { rows } = await db.execute<{ email: string }>(
    sql`select email from sign_ups where email is not null`,
  );
  return rows.map(({ email }) => email);
}
