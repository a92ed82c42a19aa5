import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import { suppressByHand } from '../../../../src/audience/suppression/suppress.ts';
import type { EmailAddress } from '../../../../src/domain/audience/email-address.ts';
import type { MailEvent } from '../../../../src/domain/sending/mail-event.ts';
import { recordMailEvents } from '../../../../src/pipeline/send/record-mail-events.ts';
import { addSentIssues } from '../../../support/database/sent-issues.ts';
import { addReaders } from '../../../support/database/subscribers.ts';
import { reported } from '../../../support/mail/reported.ts';
import { sharedPipeline } from '../../../support/pipeline/shared-pipeline.ts';
import type { TestPipeline } from '../../../support/pipeline/test-pipeline.ts';

const shared = sharedPipeline();
let pipeline: TestPipeline;
let ids: number[];

beforeEach(async () => {
  pipeline = shared.empty();
  await addReaders(pipeline.db, 1);
  ids = await addSentIssues(pipeline.db, 5);
});

const address = 'reader-1@readers.example' as EmailAddress;
const record = async (issue: number, fact: Partial<MailEvent> & Pick<MailEvent, 'type'>) => {
  const at = new Date(Date.UTC(2025, 0, issue));
  await recordMailEvents(pipeline, await reported(pipeline.db, ids[issue - 1] ?? 0, [1], { at, ...fact }));
};
const softBounce = { type: 'soft_bounced' };

async function suppression(): Promise<string | null> {
  const { rows } = await pipeline.db.execute<{ what: string }>(
    sql`select reason || ' ' || to_char(created_at at time zone 'UTC', 'DD') as what from suppressions`,
  );
  return rows[0]?.what ?? null;
}

describe.each(['delivered', 'opened', 'clicked'])('a soft bounce of a mail that was %s', (type) => {
  it('does not count when that is known before', async () => {
    await record(2, { type });
    for (const issue of [1, 2, 3]) await record(issue, softBounce);
    expect(await suppression()).toBeNull();
  });

  it('does not count when that is known after, and the suppression that rests on it ends', async () => {
    for (const issue of [1, 2, 3]) await record(issue, softBounce);
    expect(await suppression()).toBe('soft_bounce 03');
    await record(2, { type });
    expect(await suppression()).toBeNull();
  });
});

describe('a suppression that rests on a soft bounce of a mail that arrived', () => {
  beforeEach(async () => {
    for (const issue of [1, 2, 3]) await record(issue, softBounce);
  });

  it('rests on a later bounce instead, where there is one', async () => {
    await record(4, softBounce);
    await record(1, { type: 'delivered' });
    expect(await suppression()).toBe('soft_bounce 04');
  });

  it('gives way to what else was reported of the address', async () => {
    await record(4, { type: 'bounced', suppresses: 'hard_bounce' });
    await record(5, { type: 'suppressed', suppresses: 'provider' });
    expect(await suppression()).toBe('soft_bounce 03');
    await record(1, { type: 'delivered' });
    expect(await suppression()).toBe('hard_bounce 04');
  });

  it('gives way to a complaint at once, which only the reader can lift', async () => {
    await record(4, { type: 'complained', suppresses: 'complaint' });
    expect(await suppression()).toBe('complaint 04');
    await record(1, { type: 'delivered' });
    expect(await suppression()).toBe('complaint 04');
  });

  it('stays when a person has suppressed the address as well', async () => {
    await suppressByHand(pipeline.db, address, 'asked by phone');
    await record(1, { type: 'delivered' });
    expect(await suppression()).toMatch(/^manual/);
  });
});
