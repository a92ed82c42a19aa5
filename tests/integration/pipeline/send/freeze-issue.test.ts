import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { suppressAddresses } from '../../../../src/db/queries/audience/suppressions.ts';
import { newReaderToken } from '../../../../src/domain/audience/subscriber.ts';
import { issueStatus } from '../../../../src/pipeline/report/issue-status.ts';
import { freezeIssue } from '../../../../src/pipeline/send/freeze-issue.ts';
import { resumeIssue } from '../../../../src/pipeline/send/hold-pause-resume-cancel.ts';
import { addReaders } from '../../../support/database/subscribers.ts';
import { storedIssue } from '../../../support/pipeline/compose.ts';
import { sharedPipeline } from '../../../support/pipeline/shared-pipeline.ts';
import { must, type TestPipeline, tuesday, week } from '../../../support/pipeline/test-pipeline.ts';

const shared = sharedPipeline();
let pipeline: TestPipeline;

async function deliveries(): Promise<{ email: string; batch_no: number; position: number }[]> {
  const { rows } = await pipeline.db.execute<{ email: string; batch_no: number; position: number }>(
    sql`select email, batch_no, position from deliveries order by batch_no, position`,
  );
  return rows;
}

async function batches(): Promise<unknown[]> {
  const { rows } = await pipeline.db.execute(sql`select no, count, status from batches order by no`);
  return rows;
}

describe('freeze', () => {
  it('takes subscribers who are confirmed, not paused and not suppressed, ignoring upper and lower case', async () => {
    pipeline = await shared.approved(6);
    await addReaders(pipeline.db, 3, 'pending');
    await addReaders(pipeline.db, 3, 'unsubscribed');
    await pipeline.db.execute(sql`
      update subscribers set email = 'Reader-2@Readers.Example' where email = 'reader-2@readers.example'`);
    await suppressAddresses(pipeline.db, [
      { email: 'READER-2@readers.example', reason: 'complaint' },
      { email: 'reader-3@readers.example', reason: 'hard_bounce' },
    ]);
    const pause = (until: Date, email: string) =>
      pipeline.db.execute(sql`update subscribers set paused_until = ${until} where email = ${email}`);
    await pause(new Date(tuesday.getTime() + 1), 'reader-4@readers.example');
    await pause(tuesday, 'reader-5@readers.example');
    expect(must(await freezeIssue(pipeline, week, 'Ada')).audience).toBe(3);
    expect((await deliveries()).map((delivery) => delivery.email)).toEqual([
      'reader-1@readers.example',
      'reader-5@readers.example',
      'reader-6@readers.example',
    ]);
  });

  it.each([
    [1, [1]],
    [100, [100]],
    [101, [100, 1]],
    [200, [100, 100]],
  ])('makes batches of 100, of %i people too', async (readers, counts) => {
    pipeline = await shared.approved(readers);
    must(await freezeIssue(pipeline, week, 'Ada'));
    expect(await batches()).toEqual(
      counts.map((count, index) => ({ no: index + 1, count, status: 'pending' })),
    );
    expect((await deliveries()).map(({ batch_no, position }) => [batch_no, position])).toEqual(
      Array.from({ length: readers }, (_, n) => [Math.floor(n / 100) + 1, (n % 100) + 1]),
    );
  });

  it('happens once: later sign-ups are in the next audience', async () => {
    pipeline = await shared.approved(3);
    must(await freezeIssue(pipeline, week, 'Ada'));
    const before = [await storedIssue(pipeline.db), await deliveries(), await batches()];
    await addReaders(pipeline.db, 5, 'pending');
    await pipeline.db.execute(sql`update subscribers set status = 'confirmed', confirmed_at = now()`);
    expect(must(await freezeIssue(pipeline, week, 'Ada')).audience).toBe(3);
    expect([await storedIssue(pipeline.db), await deliveries(), await batches()]).toEqual(before);
  });

  it('happens once when run several times at once', async () => {
    pipeline = await shared.approved(150);
    const frozen = await Promise.all(Array.from({ length: 5 }, () => freezeIssue(pipeline, week, 'Ada')));
    expect(frozen).toEqual(Array(5).fill({ ok: true, audience: 150 }));
    expect(await deliveries()).toHaveLength(150);
  });

  it('is refused without an audience, and leaves the issue approved', async () => {
    pipeline = await shared.approved(2);
    await pipeline.db.execute(sql`update subscribers set status = 'unsubscribed'`);
    expect(await freezeIssue(pipeline, week, 'Ada')).toMatchObject({ ok: false });
    expect(await storedIssue(pipeline.db)).toMatchObject({ status: 'approved', frozenAt: null });
    await addReaders(pipeline.db, 1, 'pending');
    await pipeline.db.execute(
      sql`update subscribers set status = 'confirmed', confirmed_at = now() where status = 'pending'`,
    );
    expect(must(await freezeIssue(pipeline, week, 'Ada')).audience).toBe(1);
  });

  it('leaves nothing behind when it crashes, and is complete the next time', async () => {
    pipeline = await shared.approved(150);
    await pipeline.db.execute(sql`
      create function crash() returns trigger language plpgsql as $$ begin raise 'crash'; end $$`);
    for (const moment of ['insert on batches', 'update on issues']) {
      await pipeline.db.execute(
        sql.raw(`create trigger crash after ${moment} for each statement execute function crash()`),
      );
      await expect(freezeIssue(pipeline, week, 'Ada')).rejects.toThrow();
      await pipeline.db.execute(sql.raw(`drop trigger crash on ${moment.split(' ').at(-1)}`));
      expect(await deliveries()).toEqual([]);
      expect(await batches()).toEqual([]);
      expect(await storedIssue(pipeline.db)).toMatchObject({ status: 'approved', audience: null });
    }
    expect(must(await freezeIssue(pipeline, week, 'Ada')).audience).toBe(150);
  });

  it('leaves nothing behind when its connection is cut', async () => {
    pipeline = await shared.approved(10);
    await pipeline.db.execute(sql`
      create function cut() returns trigger language plpgsql as $$ begin perform pg_terminate_backend(pg_backend_pid()); return null; end $$`);
    await pipeline.db.execute(
      sql`create trigger cut after insert on batches for each statement execute function cut()`,
    );
    await expect(freezeIssue(pipeline, week, 'Ada')).rejects.toThrow();
    await pipeline.db.execute(sql`drop trigger cut on batches`);
    expect(await deliveries()).toEqual([]);
    expect(must(await freezeIssue(pipeline, week, 'Ada')).audience).toBe(10);
  });

  it('takes 20,000 subscribers at once, each with their own token', async () => {
    pipeline = await shared.approved(1);
    await pipeline.db.execute(sql`
      insert into subscribers (email, status, reader_token, consent_source, confirmed_at)
      select 'many-' || n || '@readers.example', 'confirmed', lpad(n::text, 22, '0'), 'test', now()
      from generate_series(1, 19999) n`);
    expect(must(await freezeIssue(pipeline, week, 'Ada')).audience).toBe(20_000);
    const { rows } = await pipeline.db.execute(sql`
      select count(*)::int as people, count(distinct reader_token)::int as tokens,
        count(distinct (batch_no, position))::int as places, (select count(*)::int from batches) as batches
      from deliveries`);
    expect(rows).toEqual([{ people: 20_000, tokens: 20_000, places: 20_000, batches: 200 }]);
    const { report } = must(await issueStatus(pipeline, week));
    expect(report).toMatchObject({ audience: 20_000, pending: 20_000, balances: true });
  });

  it('rejects two subscribers with one token or one address', async () => {
    pipeline = await shared.approved(1);
    const add = (email: string, token: string) =>
      pipeline.db.execute(sql`
        insert into subscribers (email, status, reader_token, consent_source, confirmed_at)
        values (${email}, 'confirmed', ${token}, 'test', now())`);
    const token = newReaderToken();
    await add('one@readers.example', token);
    await expect(add('two@readers.example', token)).rejects.toThrow();
    await expect(add('ONE@Readers.example', newReaderToken())).rejects.toThrow();
    await expect(add('three@readers.example', 'short')).rejects.toThrow();
  });

  it('has each subscriber at most once in the ledger, whoever writes to it', async () => {
    pipeline = await shared.approved(3);
    must(await freezeIssue(pipeline, week, 'Ada'));
    await expect(
      pipeline.db.execute(sql`
        insert into deliveries (issue_id, subscriber_id, email, reader_token, batch_no, position)
        select issue_id, subscriber_id, email, reader_token, 2, position from deliveries`),
    ).rejects.toThrow();
  });

  it('is refused for an issue that is not approved or does not exist', async () => {
    pipeline = await shared.approved(1);
    await pipeline.db.execute(sql`update issues set status = 'draft'`);
    expect(await freezeIssue(pipeline, week, 'Ada')).toMatchObject({ ok: false, waitsForPerson: true });
    expect(await freezeIssue(pipeline, '2026-W01', 'Ada')).toMatchObject({ ok: false });
    expect(await resumeIssue(pipeline, week, { by: 'Ada' })).toMatchObject({ ok: false });
  });
});
