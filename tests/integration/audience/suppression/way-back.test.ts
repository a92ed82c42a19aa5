import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import { eraseByHand } from '../../../../src/audience/data/erase.ts';
import { findReader } from '../../../../src/audience/data/find-reader.ts';
import { maintainAudience } from '../../../../src/audience/maintain-audience.ts';
import { confirm } from '../../../../src/audience/sign-up/confirm.ts';
import { processSignUp } from '../../../../src/audience/sign-up/process-sign-up.ts';
import { recordSignUps } from '../../../../src/audience/sign-up/record-sign-ups.ts';
import { suppressByHand } from '../../../../src/audience/suppression/suppress.ts';
import { unsuppressByHand } from '../../../../src/audience/suppression/unsuppress.ts';
import type { EmailAddress } from '../../../../src/domain/audience/email-address.ts';
import type { MailEvent } from '../../../../src/domain/sending/mail-event.ts';
import { recordMailEvents } from '../../../../src/pipeline/send/record-mail-events.ts';
import { addSentIssues } from '../../../support/database/sent-issues.ts';
import { addReaders } from '../../../support/database/subscribers.ts';
import { reported } from '../../../support/mail/reported.ts';
import { mailTo, pathIn, readerMails, runReaderJobs } from '../../../support/pipeline/reader-jobs.ts';
import { sharedPipeline } from '../../../support/pipeline/shared-pipeline.ts';
import { at, type TestPipeline, tuesday } from '../../../support/pipeline/test-pipeline.ts';

const shared = sharedPipeline();
let pipeline: TestPipeline;
beforeEach(async () => {
  pipeline = shared.empty();
  await addReaders(pipeline.db, 1);
});

const address = 'reader-1@readers.example' as EmailAddress;
const hourMs = 3_600_000;
const hours = (count: number) => new Date(tuesday.getTime() + count * hourMs);
const decision = { by: 'Ada', reason: 'the mailbox works again' };

type Fact = Partial<MailEvent> & { readonly hour: number; readonly type: string };

/** What the provider reports about the address, at a time in hours, in this order. */
async function record(...facts: readonly (Partial<MailEvent> & { readonly hour: number; type: string })[]) {
  for (const [no, { hour, ...fact }] of facts.entries())
    await recordMailEvents(pipeline, [
      {
        ...{ eventId: `${fact.type}-${hour}-${no}`, at: hours(hour), providerId: null, tagged: null },
        ...{ address, detail: null, suppresses: null },
        ...fact,
      },
    ]);
}

const bounce = { type: 'bounced', suppresses: 'hard_bounce' } as const;
const complaint = { type: 'complained', suppresses: 'complaint' } as const;
const added = { type: 'suppression.added', suppresses: 'hard_bounce', detail: 'bounce' } as const;
const removed = { type: 'suppression.removed', detail: 'bounce' } as const;

async function suppression(): Promise<string | null> {
  const { rows } = await pipeline.db.execute<{ reason: string }>(sql`select reason from suppressions`);
  return rows[0]?.reason ?? null;
}

describe('unsuppressing by hand', () => {
  it.each(['hard_bounce', 'soft_bounce', 'provider', 'manual'])('lifts %s, and is kept', async (reason) => {
    await pipeline.db.execute(sql`insert into suppressions (email, reason) values (${address}, ${reason})`);
    expect(await unsuppressByHand(pipeline, 'Reader-1@Readers.example', decision)).toEqual({
      ok: true,
      lifted: reason,
    });
    expect(await findReader(pipeline, address)).toMatchObject({
      suppression: null,
      lifts: [{ reason, source: 'by Ada: the mailbox works again', at: tuesday.toISOString() }],
    });
    expect(await unsuppressByHand(pipeline, address, decision)).toMatchObject({
      ok: false,
      message: 'That address is not suppressed.',
    });
  });

  it('refuses a complaint, also one that a bounce came before', async () => {
    await record({ hour: -3, ...bounce }, { hour: -2, ...complaint });
    expect(await unsuppressByHand(pipeline, address, decision)).toMatchObject({
      ok: false,
      message: expect.stringContaining('Only they can lift that: by signing up and confirming anew'),
    });
    expect(await suppression()).toBe('complaint');
  });

  it('holds against a bounce from before that is reported later, not against one from after', async () => {
    await record({ hour: -3, ...bounce });
    await unsuppressByHand(pipeline, address, decision);
    await record({ hour: -1, ...bounce });
    expect(await suppression()).toBeNull();
    await record({ hour: 1, ...bounce });
    expect(await suppression()).toBe('hard_bounce');
  });

  it('begins the count of soft bounces anew', async () => {
    const issues = await addSentIssues(pipeline.db, 4);
    const softBounce = async (no: number, when: Date) =>
      recordMailEvents(
        pipeline,
        await reported(pipeline.db, issues[no] ?? 0, [1], { type: 'soft_bounced', at: when }),
      );
    for (const no of [0, 1, 2]) await softBounce(no, hours(no - 9));
    expect(await suppression()).toBe('soft_bounce');
    await unsuppressByHand(pipeline, address, decision);
    await softBounce(3, hours(1));
    expect(await suppression()).toBeNull();
  });

  it('recognises an erased address by its hash', async () => {
    await pipeline.db.execute(
      sql`insert into suppressions (email, reason) values (${address}, 'hard_bounce')`,
    );
    await eraseByHand(pipeline, address);
    expect(await unsuppressByHand(pipeline, address, decision)).toMatchObject({ ok: true });
    const { rows } = await pipeline.db.execute(sql`select suppression from erased_addresses`);
    expect(rows).toEqual([{ suppression: null }]);
  });
});

describe('what the provider takes off its list', () => {
  const orders: readonly (readonly [string, readonly Fact[]])[] = [
    [
      'in order',
      [
        { hour: 1, ...added },
        { hour: 2, ...removed },
      ],
    ],
    [
      'the other way round',
      [
        { hour: 2, ...removed },
        { hour: 1, ...added },
      ],
    ],
    [
      'twice',
      [
        { hour: 1, ...added },
        { hour: 2, ...removed },
        { hour: 1, ...added },
        { hour: 2, ...removed },
      ],
    ],
    [
      'with the bounce itself last',
      [
        { hour: 2, ...removed },
        { hour: 1, ...bounce },
      ],
    ],
  ];
  it.each(orders)('is lifted when it is reported %s', async (_, facts) => {
    await record(...facts);
    expect(await suppression()).toBeNull();
  });

  it('is put there again by a later bounce', async () => {
    await record({ hour: 1, ...added }, { hour: 2, ...removed }, { hour: 3, ...added });
    expect(await suppression()).toBe('hard_bounce');
  });

  it.each(['complaint', 'manual', 'soft_bounce'])('does not lift %s, which is ours', async (reason) => {
    await pipeline.db.execute(sql`insert into suppressions (email, reason) values (${address}, ${reason})`);
    await record({ hour: 24 * 999, ...removed });
    expect(await suppression()).toBe(reason);
  });
});

describe('signing up anew', () => {
  /** Signs up at an hour, and returns how many mails that led to, and the link of the last one. */
  async function signUp(hour: number): Promise<{ mails: number; token: string }> {
    const then = at(pipeline, hours(hour));
    const before = (await readerMails(pipeline)).length;
    await recordSignUps(then, [
      { email: address, ip: '192.0.2.7', source: 'test', purpose: 'subscribe', shownVersion: null },
    ]);
    await runReaderJobs(then);
    const mails = (await readerMails(pipeline)).length - before;
    const path = mails === 0 ? '' : pathIn(await mailTo(pipeline, address, 'confirm'), '/confirm/');
    return { mails, token: path.slice('/confirm/'.length) };
  }

  it.each([
    ['a bounce', bounce, 'came back before'],
    ['a complaint', complaint, 'was reported as spam'],
  ])('after %s mails a link that says so, and confirming lifts it', async (_, fact, words) => {
    await record({ hour: -5, ...fact });
    const { mails, token } = await signUp(0);
    expect(mails).toBe(1);
    expect((await mailTo(pipeline, address, 'confirm'))?.text).toContain(words);
    expect(await suppression()).toBe(fact.suppresses);
    const then = at(pipeline, hours(1));
    expect(await confirm(then, token)).toEqual({ kind: 'confirmed' });
    expect(await findReader(pipeline, address)).toMatchObject({
      status: 'confirmed',
      suppression: null,
      lifts: [{ reason: fact.suppresses, source: 'confirmed anew' }],
    });
    await record({ hour: -6, ...fact });
    expect(await suppression()).toBeNull();
  });

  it.each([
    ['a bounce', bounce, 23, 24],
    ['a complaint', complaint, 30 * 24 - 1, 30 * 24],
  ])('after %s mails one link, and the next one only after a while', async (_, fact, still, again) => {
    await record({ hour: -5, ...fact });
    expect((await signUp(0)).mails).toBe(1);
    await pipeline.db.execute(sql`delete from request_limits`);
    expect((await signUp(still)).mails).toBe(0);
    expect((await signUp(again)).mails).toBe(1);
  });

  it('mails nothing to an address that a person suppressed, also after a bounce', async () => {
    await record({ hour: -5, ...bounce });
    await suppressByHand(pipeline.db, address, 'asked by telephone');
    expect((await signUp(0)).mails).toBe(0);
  });

  it('does not lift what happened after the link was mailed, and says that mail was refused', async () => {
    await record({ hour: -5, ...bounce });
    const { token } = await signUp(0);
    await record({ hour: 1, ...complaint });
    expect(await confirm(at(pipeline, hours(2)), token)).toEqual({ kind: 'refused', reason: 'complaint' });
    expect(await suppression()).toBe('complaint');
  });

  it('lifts what an erased address was suppressed for, if its link was mailed for that', async () => {
    await record({ hour: -5, ...complaint });
    await eraseByHand(pipeline, address);
    const { mails, token } = await signUp(0);
    expect(mails).toBe(1);
    expect(await confirm(at(pipeline, hours(1)), token)).toEqual({ kind: 'confirmed' });
    expect(await suppression()).toBeNull();
  });

  it('mails once though two processes settle it at once', async () => {
    await record({ hour: -5, ...complaint });
    const signUps = [1, 2].map(() => ({
      ...{ email: address, ip: '192.0.2.7', source: 'test' },
      ...{ purpose: 'subscribe' as const, shownVersion: null },
    }));
    await recordSignUps(pipeline, signUps);
    const { rows } = await pipeline.db.execute<{ id: number }>(sql`select id::int as id from sign_ups`);
    await Promise.all(rows.map(({ id }) => processSignUp(pipeline, id)));
    const links = await pipeline.db.execute(sql`select from mailed_links`);
    expect(links.rows).toHaveLength(1);
  });
});

it('a lift is kept for 400 days, as long as a report from before it could be', async () => {
  await suppressByHand(pipeline.db, address, 'asked by telephone');
  await unsuppressByHand(pipeline, address, decision);
  const lifts = async (day: number) => {
    await maintainAudience(at(pipeline, hours(day * 24)));
    return (await findReader(pipeline, address))?.lifts.length;
  };
  expect(await lifts(399)).toBe(1);
  expect(await lifts(401)).toBe(0);
});

describe('a soft bounce', () => {
  it.each([
    'Transient/AutoReply',
    'Transient/MessageTooLarge',
    'Transient/ContentRejected',
    'Transient/AttachmentRejected',
  ])('that is %s does not count against its reader', async (detail) => {
    const issues = await addSentIssues(pipeline.db, 3);
    for (const issue of issues)
      await recordMailEvents(
        pipeline,
        await reported(pipeline.db, issue, [1], { type: 'soft_bounced', detail, at: hours(1) }),
      );
    expect(await suppression()).toBeNull();
  });
});
