import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { suppressByHand } from '../../../../src/audience/suppression/suppress.ts';
import { readSubscriberHistory } from '../../../../src/db/queries/audience/subscriber-history.ts';
import type { EmailAddress } from '../../../../src/domain/audience/email-address.ts';
import type { MailEvent } from '../../../../src/domain/sending/mail-event.ts';
import { issueStatus } from '../../../../src/pipeline/report/issue-status.ts';
import { deliverIssue } from '../../../../src/pipeline/send/deliver-issue.ts';
import { recordMailEvents } from '../../../../src/pipeline/send/record-mail-events.ts';
import { addSentIssues } from '../../../support/database/sent-issues.ts';
import { untilStatementWaits } from '../../../support/database/statement-waits.ts';
import { addReaders } from '../../../support/database/subscribers.ts';
import { scriptedMailer } from '../../../support/mail/scripted-mailer.ts';
import { sharedPipeline } from '../../../support/pipeline/shared-pipeline.ts';
import { must, type TestPipeline, week } from '../../../support/pipeline/test-pipeline.ts';

const shared = sharedPipeline();
let pipeline: TestPipeline;
let made = 0;

/** An event about an issue to `reader-N`, whose id is `ids[N - 1]`. */
async function eventFor(reader: number, rest: Partial<MailEvent> = {}, issueId?: number): Promise<MailEvent> {
  const { rows } = await pipeline.db.execute<{ id: string; issue: string | null }>(sql`
    select (select id from subscribers where email = ${addressOf(reader)}) as id,
      (select max(id) from issues) as issue`);
  made += 1;
  return {
    eventId: `msg_${made}`,
    type: 'delivered',
    at: new Date(Date.UTC(2026, 10, 24, 10, 0, made)),
    providerId: `email-${reader}`,
    tagged: {
      issueId: issueId ?? Number(rows[0]?.issue),
      batchNo: 1,
      subscriberId: Number(rows[0]?.id ?? 999_999),
    },
    address: addressOf(reader),
    detail: null,
    suppresses: null,
    ...rest,
  };
}

const addressOf = (reader: number) => `reader-${reader}@readers.example`;
const record = (...events: MailEvent[]) => recordMailEvents(pipeline, events);
const report = async () => must(await issueStatus(pipeline, week)).report;
const hardBounce = { type: 'bounced', detail: 'Permanent/General', suppresses: 'hard_bounce' } as const;
const softBounce = { type: 'soft_bounced', detail: 'Transient/MailboxFull' } as const;

async function suppressions(): Promise<Record<string, string>> {
  const { rows } = await pipeline.db.execute<{ email: string; what: string }>(
    sql`select email, reason || ' ' || to_char(created_at at time zone 'UTC', 'MI:SS') as what from suppressions order by email`,
  );
  return Object.fromEntries(rows.map(({ email, what }) => [email, what]));
}

async function storedEvents(): Promise<number> {
  const { rows } = await pipeline.db.execute<{ n: number }>(sql`select count(*)::int as n from mail_events`);
  return rows[0]?.n ?? 0;
}

describe('mail events', () => {
  it('are counted per person for their issue, each event once however often it arrives', async () => {
    pipeline = await shared.frozen(4);
    const delivered = [await eventFor(1), await eventFor(2), await eventFor(3)];
    const opened = [await eventFor(1, { type: 'opened' }), await eventFor(1, { type: 'opened' })];
    const others = [
      await eventFor(4, hardBounce),
      await eventFor(3, { type: 'complained', suppresses: 'complaint' }),
      await eventFor(2, { type: 'delivery_delayed' }),
      await eventFor(2, { type: 'thing_of_the_future' }),
    ];
    await record(...delivered, ...opened, ...delivered);
    await record(...others, ...delivered);
    for (const event of [...others, ...delivered]) await record(event);
    expect(await storedEvents()).toBe(9);
    expect(await report()).toMatchObject({
      delivered: 3,
      bounced: 1,
      softBounced: 0,
      complained: 1,
      delayed: 1,
      opened: 1,
      clicked: 0,
      balances: true,
    });
  });

  it('suppress at once after a permanent bounce, a complaint and the provider’s own suppression, and after nothing else', async () => {
    pipeline = await shared.frozen(6);
    await record(
      await eventFor(1, hardBounce),
      await eventFor(2, { type: 'complained', suppresses: 'complaint' }),
      await eventFor(3, { type: 'suppressed', suppresses: 'provider' }),
      await eventFor(4, softBounce),
      await eventFor(5, { type: 'delivery_delayed' }),
      await eventFor(6, { type: 'failed' }),
    );
    expect(Object.keys(await suppressions())).toEqual([1, 2, 3].map(addressOf));
    const story = await readSubscriberHistory(pipeline.db, addressOf(1));
    expect(story).toMatchObject({
      status: 'confirmed',
      suppression: { reason: 'hard_bounce', detail: 'Permanent/General' },
      events: [{ type: 'bounced', detail: 'Permanent/General' }],
    });
  });

  it('suppress before the next claim: a permanent bounce in batch 1 is skipped in batch 2', async () => {
    const mailer = scriptedMailer(async (post) => {
      // The bounce of the first post is reported before the second batch is claimed.
      if (post.to[0] === addressOf(1)) await record(await eventFor(150, hardBounce));
      return undefined;
    });
    pipeline = await shared.frozen(200, mailer);
    must(await deliverIssue(pipeline, week));
    expect(mailer.posted.map(({ to }) => to.length)).toEqual([100, 99]);
    expect(mailer.posted[1]?.to).not.toContain(addressOf(150));
    expect(await report()).toMatchObject({ submitted: 199, skipped: 1, bounced: 1, balances: true });
  });

  it('are counted even when they arrive before the batch is settled', async () => {
    const mailer = scriptedMailer(async () => {
      await record(await eventFor(1), await eventFor(2));
      expect(await report()).toMatchObject({ submitted: 0, pending: 2, delivered: 2 });
      return undefined;
    });
    pipeline = await shared.frozen(2, mailer);
    must(await deliverIssue(pipeline, week));
    expect(await report()).toMatchObject({ submitted: 2, delivered: 2 });
  });

  it('of other mail on the account, or of another database, count for no issue and suppress no stranger', async () => {
    pipeline = await shared.frozen(2);
    const [one] = [await eventFor(1)];
    await record(
      // Issue and reader of another database, whose numbers are ours by chance.
      { ...(await eventFor(1, hardBounce)), address: 'stranger@elsewhere.example' },
      { ...(await eventFor(9, hardBounce)) },
      { ...one, tagged: null, address: null },
      // A mail that is no issue, to one of ours: the address is dead all the same.
      { ...(await eventFor(2, hardBounce)), tagged: null },
    );
    expect(await storedEvents()).toBe(4);
    expect(await report()).toMatchObject({ bounced: 0, delivered: 0 });
    expect(Object.keys(await suppressions())).toEqual([addressOf(2)]);
    expect((await readSubscriberHistory(pipeline.db, addressOf(2)))?.events).toHaveLength(1);
    expect((await readSubscriberHistory(pipeline.db, addressOf(1)))?.events).toHaveLength(0);
  });

  it('recognise a reader however the address is written, and store no address', async () => {
    pipeline = await shared.empty();
    await addReaders(pipeline.db, 1);
    await pipeline.db.execute(sql`update subscribers set email = 'Reader-1@readers.example'`);
    await record({ ...(await eventFor(1, hardBounce)), address: addressOf(1), tagged: null });
    expect(Object.keys(await suppressions())).toEqual([addressOf(1)]);
    const { rows } = await pipeline.db.execute<{ row: string }>(
      sql`select e::text as row from mail_events e`,
    );
    expect(rows[0]?.row).not.toContain('@');
  });

  it('never undo what a person decided', async () => {
    pipeline = await shared.frozen(1);
    await suppressByHand(pipeline.db, addressOf(1) as EmailAddress, 'asked by phone');
    await record(await eventFor(1, { ...hardBounce, at: new Date('2020-01-01T00:00:00Z') }));
    expect((await suppressions())[addressOf(1)]).toMatch(/^manual/);
  });

  it('wait for an erasure under way, and store nothing about an erased reader', async () => {
    pipeline = await shared.frozen(1);
    const bounce = await eventFor(1, hardBounce);
    let recording: Promise<void> | undefined;
    await pipeline.db.transaction(async (tx) => {
      await tx.execute(sql`select from subscribers for update`);
      recording = record(bounce);
      await untilStatementWaits(pipeline.db);
      await tx.execute(sql`delete from subscribers`);
    });
    await recording;
    expect(await suppressions()).toEqual({});
    expect(await storedEvents()).toBe(1);
  });

  it('are stored all or none, so that the provider reports them again', async () => {
    pipeline = await shared.frozen(1);
    const good = await eventFor(1, hardBounce);
    await expect(record(good, { ...(await eventFor(1)), type: 'impossible\0' })).rejects.toThrow();
    expect(await storedEvents()).toBe(0);
    expect(await suppressions()).toEqual({});
  });
});

describe('soft bounces', () => {
  const bounced = async (reader: number, issueIds: readonly number[]) => {
    for (const id of issueIds) await record(await eventFor(reader, softBounce, id));
  };

  it('suppress after three of five issues in a row, and not after three of six', async () => {
    pipeline = await shared.empty();
    await addReaders(pipeline.db, 3);
    const ids = await addSentIssues(pipeline.db, 6);
    const nth = (...places: number[]) => places.map((place) => ids[place - 1] ?? 0);
    await bounced(1, nth(1, 3));
    await bounced(2, nth(1, 3, 6));
    await bounced(3, nth(2, 4));
    expect(await suppressions()).toEqual({});
    await bounced(1, nth(5));
    await bounced(3, nth(6));
    expect(Object.keys(await suppressions())).toEqual([addressOf(1), addressOf(3)]);
    expect((await readSubscriberHistory(pipeline.db, addressOf(1)))?.suppression).toMatchObject({
      reason: 'soft_bounce',
      detail: '3 of 5 issues',
    });
  });

  it('count once per issue, and issues that were never posted do not count', async () => {
    pipeline = await shared.empty();
    await addReaders(pipeline.db, 2);
    const ids = await addSentIssues(pipeline.db, 7);
    await bounced(1, [ids[0] ?? 0, ids[0] ?? 0, ids[0] ?? 0, ids[1] ?? 0]);
    expect(await suppressions()).toEqual({});
    await pipeline.db.execute(sql`
      update deliveries set skipped_reason = 'paused' where issue_id in (${ids[2]}, ${ids[3]}, ${ids[4]})`);
    // Four issues apart, but with nothing posted between.
    await bounced(1, [ids[5] ?? 0]);
    expect(Object.keys(await suppressions())).toEqual([addressOf(1)]);
  });

  it('all count when they are stored at the same moment', async () => {
    pipeline = await shared.empty();
    await addReaders(pipeline.db, 20);
    const ids = await addSentIssues(pipeline.db, 3);
    const events = await Promise.all(
      Array.from({ length: 20 }, (_, n) => ids.map((id) => eventFor(n + 1, softBounce, id))).flat(),
    );
    await Promise.all(events.map((event) => record(event)));
    expect(Object.keys(await suppressions())).toHaveLength(20);
  });
});

describe('events in any order', () => {
  it('have the same effect, in rounds of any size, and with repetitions', async () => {
    pipeline = await shared.empty();
    await addReaders(pipeline.db, 3);
    const ids = await addSentIssues(pipeline.db, 8);
    const kinds: Partial<MailEvent>[] = [
      softBounce,
      softBounce,
      { type: 'delivered' },
      hardBounce,
      { type: 'complained', suppresses: 'complaint' },
    ];
    const anEvent = fc.record({ reader: fc.nat(2), issue: fc.nat(7), kind: fc.constantFrom(...kinds) });
    const outcome = async () => {
      const { rows } = await pipeline.db.execute(
        sql`select event_id, type, issue_id, batch_no, subscriber_id, void from mail_events order by event_id`,
      );
      const totals = await pipeline.db.execute(
        sql`select issue_id, type, people from mail_event_totals order by issue_id, type`,
      );
      return { rows, totals: totals.rows, suppressions: await suppressions() };
    };
    const clear = () =>
      pipeline.db.execute(
        sql`delete from mail_events; delete from mail_event_totals; delete from suppressions`,
      );
    await fc.assert(
      fc.asyncProperty(
        fc.array(anEvent, { minLength: 1, maxLength: 14 }),
        fc.infiniteStream(fc.nat(1_000)),
        async (drawn, random) => {
          const events = await Promise.all(
            drawn.map(({ reader, issue, kind }) => eventFor(reader + 1, kind, ids[issue])),
          );
          await clear();
          await record(...events);
          const expected = await outcome();
          await clear();
          const shuffled = [...events, ...events]
            .map((event) => ({ event, place: random.next().value }))
            .toSorted((a, b) => a.place - b.place)
            .map(({ event }) => event);
          while (shuffled.length > 0) await record(...shuffled.splice(0, 1 + (random.next().value % 4)));
          expect(await outcome()).toEqual(expected);
        },
      ),
      { numRuns: 50 },
    );
  });
});
