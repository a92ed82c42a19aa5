import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { settleSignUpJob } from '../../../../jobs/settle-sign-up.ts';
import { tellEditorsJob } from '../../../../jobs/tell-editors.ts';
import { maintainAudience } from '../../../../src/audience/maintain-audience.ts';
import { checkNetworkLimit } from '../../../../src/audience/sign-up/check-network-limit.ts';
import { confirm } from '../../../../src/audience/sign-up/confirm.ts';
import { processSignUp } from '../../../../src/audience/sign-up/process-sign-up.ts';
import { recordSignUps } from '../../../../src/audience/sign-up/record-sign-ups.ts';
import { requestLimits } from '../../../../src/db/request-limits.ts';
import type { EmailAddress } from '../../../../src/domain/audience/email-address.ts';
import { watchSignUps } from '../../../../src/pipeline/notify/watch-sign-ups.ts';
import { readOutbox } from '../../../support/mail/read-outbox.ts';
import { runReaderJobs } from '../../../support/pipeline/reader-jobs.ts';
import { type TestPipeline, testPipeline, tuesday } from '../../../support/pipeline/test-pipeline.ts';

let pipeline: TestPipeline;

beforeEach(async () => {
  pipeline = await testPipeline({ settings: { editorEmails: ['ed@desk.example'] } });
});

afterEach(() => pipeline.close());

const minutes = (count: number) => {
  const now = new Date(tuesday.getTime() + count * 60_000);
  pipeline = { ...pipeline, clock: { now: () => now } };
};

async function signUp(name: string, ip: string, domain = 'gmail.com'): Promise<void> {
  const from = { ip, source: 'sign-up page' };
  if (!(await checkNetworkLimit(pipeline, from)).ok) return;
  await recordSignUps(pipeline, [
    { ...from, email: `${name}@${domain}` as EmailAddress, purpose: 'subscribe', shownVersion: null },
  ]);
}

/** Processes all waiting sign-ups, but not the mails they lead to, which take longer. */
const processAll = () => pipeline.queue.drain('settle-sign-up', settleSignUpJob(pipeline));

async function outcomes(): Promise<Record<string, number>> {
  const { rows } = await pipeline.db.execute<{ outcome: string; n: number }>(
    sql`select outcome, count(*)::int as n from sign_ups group by outcome`,
  );
  return Object.fromEntries(rows.map(({ outcome, n }) => [outcome, n]));
}

async function slowed(): Promise<boolean> {
  const { rows } = await pipeline.db.execute(sql`select from slow_downs where ended_at is null`);
  return rows.length > 0;
}

describe('2,000 sign-ups from one network', () => {
  test('send few mails and slow down the rest until they stop; the editors are told of both', async () => {
    for (let block = 0; block < 20; block += 1) {
      await Promise.all(
        Array.from({ length: 100 }, (_, no) => signUp(`a${block}-${no}`, `198.51.100.${(no % 250) + 1}`)),
      );
    }
    await processAll();
    expect(await outcomes()).toEqual({ mailed: 30, refused: 970 });
    await Promise.all([watchSignUps(pipeline), watchSignUps(pipeline)]);
    expect(await slowed()).toBe(true);

    minutes(59);
    await watchSignUps(pipeline);
    expect(await slowed()).toBe(true);
    minutes(61);
    await watchSignUps(pipeline);
    expect(await slowed()).toBe(false);

    await pipeline.queue.drain('tell-editors', tellEditorsJob(pipeline));
    const notices = await readOutbox(join(pipeline.outbox, 'editors'));
    expect(notices.map(({ subject }) => subject).toSorted()).toEqual([
      expect.stringContaining('Sign-ups back to normal'),
      expect.stringContaining('Sign-ups slowed down'),
    ]);
  });
});

describe('the budget of confirmation mails', () => {
  test('is shared by all processes, and a tenth remains while sign-ups are slowed down', async () => {
    const budget = 40;
    const one = (): TestPipeline => ({
      ...pipeline,
      limits: requestLimits(pipeline.database.pool, { mailsPerHour: budget }),
    });
    const [first, second] = [one(), one()];
    for (let no = 0; no < 120; no += 1) await signUp(`b${no}`, `10.${no}.0.1`);
    const { rows } = await pipeline.db.execute<{ id: number }>(sql`select id::int as id from sign_ups`);
    await Promise.all(rows.map(({ id }, no) => processSignUp(no % 2 ? first : second, id)));
    expect(await outcomes()).toEqual({ mailed: budget, waiting: 120 - budget });

    minutes(20);
    await watchSignUps(pipeline);
    expect(await slowed()).toBe(false);

    pipeline = { ...pipeline, limits: requestLimits(pipeline.database.pool, { mailsPerHour: 1_000 }) };
    await pipeline.db.execute(sql`update sign_ups set not_before = null`);
    await pipeline.db.execute(sql`delete from request_limits`);
    for (const { id } of rows) await processSignUp(pipeline, id);
    expect(await outcomes()).toEqual({ mailed: 120 });
    // All 120 were mailed and none confirmed.
    await watchSignUps(pipeline);
    expect(await slowed()).toBe(true);

    pipeline = { ...pipeline, limits: requestLimits(pipeline.database.pool, { mailsPerHour: 50 }) };
    await pipeline.db.execute(sql`delete from request_limits`);
    for (let no = 0; no < 10; no += 1) await signUp(`c${no}`, `11.${no}.0.1`);
    await processAll();
    expect(await outcomes()).toEqual({ mailed: 125, waiting: 5 });
  });

  test('is not used up by one address or one domain', async () => {
    for (let no = 0; no < 40; no += 1) await signUp(`d${no}`, `10.${no}.0.1`, 'small.example');
    for (let day = 0; day < 8; day += 1) {
      minutes(day * 11);
      await signUp('ada', `12.${day}.0.1`);
      await processAll();
    }
    expect(await outcomes()).toEqual({ mailed: 30 + 5, waiting: 10, quiet: 3 });
    const { rows } = await pipeline.db.execute<{ points: number }>(
      sql`select points from request_limits where key = 'mails:all'`,
    );
    expect(rows).toEqual([{ points: 35 }]);
  });

  test('lets a waiting sign-up proceed in a later hour, and drops it after a day', async () => {
    pipeline = { ...pipeline, limits: requestLimits(pipeline.database.pool, { mailsPerHour: 1 }) };
    await signUp('first', '10.1.0.1');
    await signUp('second', '10.2.0.1');
    await signUp('third', '10.3.0.1');
    await processAll();
    expect(await outcomes()).toEqual({ mailed: 1, waiting: 2 });
    await pipeline.db.execute(sql`delete from request_limits`);
    minutes(61);
    await maintainAudience(pipeline);
    await processAll();
    expect(await outcomes()).toEqual({ mailed: 2, waiting: 1 });
    minutes(25 * 60);
    await maintainAudience(pipeline);
    await processAll();
    expect(await outcomes()).toEqual({ mailed: 2, quiet: 1 });
    const { rows } = await pipeline.db.execute(sql`select from sign_ups where email is not null`);
    expect(rows).toEqual([]);
  });
});

describe('a subscriber who never confirms', () => {
  test('is reminded once after 48 hours, and deleted after 30 days', async () => {
    await signUp('ada', '10.1.0.1');
    await runReaderJobs(pipeline);
    const kinds = async () => {
      await runReaderJobs(pipeline);
      const mails = await readOutbox(join(pipeline.outbox, 'readers'));
      return mails.map(({ subject }) => subject?.split(' ')[0]).toSorted();
    };
    minutes(47 * 60);
    await maintainAudience(pipeline);
    expect(await kinds()).toEqual(['Confirm']);
    minutes(48 * 60);
    await Promise.all([maintainAudience(pipeline), maintainAudience(pipeline)]);
    expect(await kinds()).toEqual(['Confirm', 'Still']);
    minutes(72 * 60);
    await maintainAudience(pipeline);
    expect(await kinds()).toEqual(['Confirm', 'Still']);
    minutes(30 * 24 * 60 - 1);
    await maintainAudience(pipeline);
    expect((await pipeline.db.execute(sql`select from subscribers`)).rows).toHaveLength(1);
    minutes(30 * 24 * 60 + 1);
    await maintainAudience(pipeline);
    expect((await pipeline.db.execute(sql`select from subscribers`)).rows).toHaveLength(0);
    expect((await pipeline.db.execute(sql`select from mailed_links`)).rows).toHaveLength(0);
  });
});

test('pressing the button twice at once confirms once and sends one welcome mail', async () => {
  await signUp('ada', '10.1.0.1');
  await processAll();
  const { rows } = await pipeline.db.execute<{ nonce: string }>(sql`select nonce from mailed_links`);
  const token = pipeline.keys.linkToken(rows[0]?.nonce ?? '');
  expect(await Promise.all([confirm(pipeline, token), confirm(pipeline, token)])).toEqual([
    { kind: 'confirmed' },
    { kind: 'confirmed' },
  ]);
  const jobs = await pipeline.db.execute(
    sql`select data from pgboss.job where name = 'mail-reader' and data->'mail'->>'kind' = 'welcome'`,
  );
  expect(jobs.rows).toHaveLength(1);
});
