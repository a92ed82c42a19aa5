import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { Cli } from '../support/cli.ts';
import { type Cable, cableTo } from '../support/database/cable.ts';
import { testDatabase } from '../support/database/test-database.ts';
import { startRoles } from '../support/running-roles.ts';

const perSecond = 50;
const [beforeMs, outageMs, afterMs] = [10_000, 60_000, 30_000];
/** To find a dead connection takes five seconds, to wait for one as long; the machine of the tests may be busy besides. */
const longestWaitMs = 30_000;
const healsWithinMs = 30_000;

interface Answer {
  readonly path: string;
  readonly at: number;
  readonly ms: number;
  readonly status: number;
  readonly retryAfter: string | null;
}

it.each(['cut', 'freeze'] as const)(
  'with the database away for a minute (%s), every page answers 503 and heals, and nothing accepted is lost',
  async (breakIt) => {
    const database = await testDatabase();
    const cable = await cableTo(database.url);
    const cli = await Cli.openOn(database);
    onTestFinished(async () => {
      await cli.remove();
      await cable.close();
      await database.close();
    });
    const emails = Array.from({ length: 3_000 }, (_, n) => `reader-${n}@readers.example`);
    await cli.json(['subscribers', 'import', '-'], { input: `email\n${emails.join('\n')}\n` });
    const { rows } = await database.pool.query('select reader_token as token from subscribers order by id');
    const tokens = rows.map(({ token }) => String(token));
    const env = { DATABASE_URL: cable.url, TRUST_PROXY: '1' };
    const running = await startRoles(cli, 'web,scheduler,worker', env);

    await Promise.all(Array.from({ length: 10 }, () => fetch(running.url('pages'))));
    const { answers, cameBackAt } = await ask(
      running.url('pages'),
      running.url('preview'),
      tokens,
      cable,
      breakIt,
    );
    const during = answers.filter(({ at }) => at > beforeMs && at < beforeMs + outageMs);
    const bad = answers.filter(({ at, status }) => at >= cameBackAt && status >= 500);
    const healedMs = Math.max(0, ...bad.map(({ at, ms }) => at + ms - cameBackAt));
    const longest = Math.max(...answers.map(({ ms }) => ms));
    report(breakIt, answers, { healedMs, longest, cameBackAt });

    expect(answers.filter(({ status }) => status === 500)).toEqual([]);
    const silent = during.filter(({ status, retryAfter }) => status === 503 && retryAfter === null);
    expect(new Set(silent.map(({ path }) => path))).toEqual(new Set(['GET /readyz']));
    expect(during.some(({ status }) => status === 503)).toBe(true);
    expect(longest).toBeLessThan(longestWaitMs);
    expect(healedMs).toBeLessThan(healsWithinMs);

    const accepted = (status: number, start: string) =>
      answers.filter((answer) => answer.status === status && answer.path.startsWith(start));
    const left = accepted(200, 'POST /u/').map(({ path }) => path.slice('POST /u/'.length));
    const staying = await database.pool.query(
      `select from subscribers where reader_token = any($1) and status <> 'unsubscribed'`,
      [left],
    );
    expect(staying.rowCount).toBe(0);
    const stored = await database.pool.query('select count(*)::int as n from sign_ups');
    expect(stored.rows[0].n).toBeGreaterThanOrEqual(accepted(202, 'POST /subscribe').length);
    // The scheduler enqueues within a minute what could not be enqueued at once, and says goodbye to each.
    const owed = async () =>
      (await database.pool.query('select from subscribers where goodbye_due')).rowCount;
    await expect.poll(owed, { timeout: 120_000 }).toBe(0);

    const from = performance.now();
    running.run.child.kill('SIGTERM');
    expect((await running.run.finished).code).toBe(0);
    expect(performance.now() - from).toBeLessThan(15_000);
  },
);

/** Asks for every page in turn, at a steady pace, while the database goes away and comes back. */
async function ask(
  pages: string,
  desk: string,
  tokens: readonly string[],
  cable: Cable,
  breakIt: 'cut' | 'freeze',
): Promise<{ answers: readonly Answer[]; cameBackAt: number }> {
  const from = performance.now();
  const answers: Answer[] = [];
  const under: Promise<void>[] = [];
  let cameBackAt = 0;
  let state: 'before' | 'during' | 'after' = 'before';
  for (let n = 0; performance.now() - from < beforeMs + outageMs + afterMs; n += 1) {
    const at = performance.now() - from;
    if (state === 'before' && at > beforeMs) {
      cable[breakIt]();
      state = 'during';
    } else if (state === 'during' && at > beforeMs + outageMs) {
      cable.restore();
      cameBackAt = at;
      state = 'after';
    }
    const { base, path, init } = requestOf(n, tokens);
    under.push(
      fetch(new URL(path, base === 'desk' ? desk : pages), init).then(async (answer) => {
        await answer.arrayBuffer();
        const ms = performance.now() - from - at;
        const name = `${init.method ?? 'GET'} ${base === 'desk' ? 'desk ' : ''}${path}`;
        answers.push({
          path: name,
          at,
          ms,
          status: answer.status,
          retryAfter: answer.headers.get('retry-after'),
        });
      }),
    );
    await sleep(Math.max(0, (n + 1) * (1_000 / perSecond) - (performance.now() - from)));
  }
  await Promise.all(under);
  return { answers, cameBackAt };
}

function requestOf(
  n: number,
  tokens: readonly string[],
): { readonly base: 'pages' | 'desk'; readonly path: string; readonly init: RequestInit } {
  const token = tokens[n % tokens.length] ?? '';
  const form = (fields: Record<string, string>): RequestInit => ({
    method: 'POST',
    body: new URLSearchParams(fields),
  });
  const signUp: RequestInit = {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-forwarded-for': `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`,
    },
    body: JSON.stringify({ email: `new-${n}@readers.example` }),
  };
  const requests = [
    { path: '/', init: {} },
    { path: '/issues', init: {} },
    { path: '/feed.xml', init: {} },
    { path: '/issues/2026-W48', init: {} },
    { path: '/subscribe', init: signUp },
    { path: '/confirm/unknown', init: {} },
    { path: `/u/${token}`, init: {} },
    { path: `/u/${token}`, init: form({ 'List-Unsubscribe': 'One-Click' }) },
    { path: `/preferences/${token}`, init: {} },
    { path: '/data/unknown', init: {} },
    { path: '/healthz', init: {} },
    { path: '/readyz', init: {} },
    { path: '/metrics', init: {} },
    { base: 'desk' as const, path: '/', init: {} },
  ];
  return { base: 'pages', ...(requests[n % requests.length] as (typeof requests)[number]) };
}

function report(
  breakIt: string,
  answers: readonly Answer[],
  { healedMs, longest, cameBackAt }: { healedMs: number; longest: number; cameBackAt: number },
): void {
  const phases = {
    before: answers.filter(({ at, ms }) => at + ms < beforeMs),
    away: answers.filter(({ at, ms }) => at + ms >= beforeMs && at < cameBackAt),
    after: answers.filter(({ at }) => at >= cameBackAt),
  };
  const lines = Object.entries(phases).map(([phase, those]) => {
    const codes = Object.entries(Object.groupBy(those, ({ status }) => status));
    const slowest = Math.max(...those.map(({ ms }) => ms));
    return `  ${phase}: ${codes.map(([code, some]) => `${some?.length} x ${code}`).join(', ')}; longest ${(slowest / 1_000).toFixed(1)} s`;
  });
  const healed = (healedMs / 1_000).toFixed(1);
  process.stdout.write(
    `${breakIt}: ${answers.length} requests\n${lines.join('\n')}\n  healed ${healed} s after it came back; longest wait ${(longest / 1_000).toFixed(1)} s\n`,
  );
}
