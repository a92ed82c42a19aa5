import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { expect, it, onTestFinished } from 'vitest';
import { Cli } from '../support/cli.ts';
import { addSentIssues } from '../support/database/sent-issues.ts';
import { addReaders } from '../support/database/subscribers.ts';
import { testDatabase } from '../support/database/test-database.ts';
import {
  eventOf,
  postEvent,
  type SignedEvent,
  signEvent,
  webhookSecret,
} from '../support/fake-resend/webhooks.ts';

const readers = 700;

/** Starts a web process and returns its URL. */
async function webProcess(cli: Cli, databaseUrl: string): Promise<string> {
  const { child, finished } = cli.start(['start'], {
    env: {
      DATABASE_URL: databaseUrl,
      APP_SECRET: 'a secret for tests, and for tests alone',
      RESEND_WEBHOOK_SECRET: webhookSecret,
      ROLES: 'web',
      PORT: '0',
      PREVIEW_PORT: '0',
    },
  });
  onTestFinished(() => void child.kill());
  let log = '';
  child.stdout?.on('data', (data: Buffer) => {
    log += data.toString();
  });
  for (;;) {
    const url = /"what":"pages","url":"([^"]+)"/.exec(log)?.[1];
    if (url !== undefined) return url;
    if (child.exitCode !== null) throw new Error(`it ended: ${(await finished).stderr}`);
    await sleep(50);
  }
}

it('counts each event once when two processes get them shuffled and a third of them twice', async () => {
  const [database, cli] = await Promise.all([testDatabase(), Cli.open()]);
  onTestFinished(async () => {
    await cli.remove();
    await database.close();
  });
  await addReaders(database.db, readers);
  const [issueId] = await addSentIssues(database.db, 1);
  const { rows } = await database.db.execute<{ id: string; email: string }>(
    sql`select id, email from subscribers order by id`,
  );
  const events = rows.flatMap(({ id, email }, n) => {
    const sent = {
      id: `email-${id}`,
      to: [email],
      tags: { issue: String(issueId), batch: '1', delivery: id },
    };
    const bounce = { type: n % 14 === 0 ? 'Permanent' : 'Transient' };
    const last = n % 7 === 0 ? eventOf(sent, 'email.bounced', { bounce }) : eventOf(sent, 'email.delivered');
    return [signEvent(eventOf(sent, 'email.sent')), signEvent(last)];
  });
  const posted = [...events, ...events.filter((_, n) => n % 3 === 0)]
    .map((signed) => ({ signed, place: Math.random() }))
    .toSorted((a, b) => a.place - b.place);
  const urls = await Promise.all([1, 2].map(() => webProcess(cli, database.url)));

  const statuses: number[] = [];
  const postAll = async (url: string) => {
    for (let next = posted.pop(); next !== undefined; next = posted.pop()) {
      statuses.push(await postEvent(fetch, next.signed as SignedEvent, `${url}webhooks/resend`));
    }
  };
  await Promise.all(Array.from({ length: 16 }, (_, n) => postAll(urls[n % 2] ?? '')));
  expect(new Set(statuses)).toEqual(new Set([200]));

  const counts = await database.db.execute<{ type: string; n: number }>(
    sql`select type, count(*)::int as n from mail_events group by type order by type`,
  );
  expect(counts.rows).toEqual([
    { type: 'bounced', n: 50 },
    { type: 'delivered', n: 600 },
    { type: 'sent', n: 700 },
    { type: 'soft_bounced', n: 50 },
  ]);
  const suppressed = await database.db.execute(sql`select from suppressions where reason = 'hard_bounce'`);
  expect(suppressed.rowCount).toBe(50);
});
