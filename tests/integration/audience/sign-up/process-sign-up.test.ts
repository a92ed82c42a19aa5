import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import { confirm } from '../../../../src/audience/sign-up/confirm.ts';
import { processSignUp } from '../../../../src/audience/sign-up/process-sign-up.ts';
import { recordSignUps } from '../../../../src/audience/sign-up/record-sign-ups.ts';
import type { EmailAddress } from '../../../../src/domain/audience/email-address.ts';
import { addReaders } from '../../../support/database/subscribers.ts';
import { sharedPipeline } from '../../../support/pipeline/shared-pipeline.ts';
import { type TestPipeline, tuesday } from '../../../support/pipeline/test-pipeline.ts';

const shared = sharedPipeline();
let pipeline: TestPipeline;
beforeEach(() => {
  pipeline = shared.empty();
});

/** What a sign-up with this address leads to. */
async function outcomeOf(email: string): Promise<unknown> {
  const signUp = {
    email: email as EmailAddress,
    ip: '192.0.2.7',
    source: 'test',
    purpose: 'subscribe' as const,
    shownVersion: null,
  };
  await recordSignUps(pipeline, [signUp]);
  const { rows } = await pipeline.db.execute<{ id: number }>(sql`select max(id)::int as id from sign_ups`);
  const id = rows[0]?.id ?? 0;
  await processSignUp(pipeline, id);
  const settled = await pipeline.db.execute(
    sql`select outcome, email, subscriber_id from sign_ups where id = ${id}`,
  );
  return settled.rows[0];
}

describe('a sign-up', () => {
  it('of a confirmed reader leads to no mail, whatever the case of the address', async () => {
    await addReaders(pipeline.db, 1);
    expect(await outcomeOf('READER-1@Readers.example')).toMatchObject({
      outcome: 'quiet',
      email: null,
      subscriber_id: '1',
    });
  });

  it('of an address that a person suppressed leads to no mail, whatever its case', async () => {
    await pipeline.db.execute(
      sql`insert into suppressions (email, reason) values ('ada@readers.example', 'manual')`,
    );
    expect(await outcomeOf('Ada@Readers.example')).toMatchObject({ outcome: 'quiet' });
  });

  it.each([
    ['manual', 'quiet'],
    ['complaint', 'mailed'],
    [null, 'mailed'],
  ])('of an address that was erased while suppressed for %s is %s', async (suppression, outcome) => {
    await pipeline.db.execute(sql`
      insert into erased_addresses (address_hash, suppression, erased_at)
      values (${pipeline.keys.hashAddress('ada@readers.example')}, ${suppression}, now())`);
    expect(await outcomeOf('Ada@readers.example')).toMatchObject({ outcome });
  });

  it('waits for as long as the budget says, and never for less than a second', async () => {
    const refusing = {
      take: async () => ({ ok: false, taken: 1, retryAfterMs: 3 }),
      giveBack: async () => {},
    };
    pipeline = { ...pipeline, limits: { ...pipeline.limits, mails: refusing } };
    expect(await outcomeOf('ada@readers.example')).toMatchObject({ outcome: 'waiting' });
    const { rows } = await pipeline.db.execute<{ at: string }>(sql`select not_before as at from sign_ups`);
    expect(new Date(rows[0]?.at ?? '')).toEqual(new Date(tuesday.getTime() + 1_000));
  });
});

describe('confirming', () => {
  it('ends the record of an erasure, so that an import may have the address again', async () => {
    const hash = pipeline.keys.hashAddress('ada@readers.example');
    const erased = async () => (await pipeline.db.execute(sql`select from erased_addresses`)).rows.length;
    await pipeline.db.execute(
      sql`insert into erased_addresses (address_hash, erased_at) values (${hash}, now())`,
    );
    await outcomeOf('ada@readers.example');
    expect(await erased()).toBe(1);
    const { rows } = await pipeline.db.execute<{ nonce: string }>(sql`select nonce from mailed_links`);
    expect(await confirm(pipeline, pipeline.keys.linkToken(rows[0]?.nonce ?? ''))).toEqual({
      kind: 'confirmed',
    });
    expect(await erased()).toBe(0);
  });
});
