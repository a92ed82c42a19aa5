import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { mailLink } from '../../../../src/audience/reader-mail/mail-link.ts';
import { writeReaderMail } from '../../../../src/audience/reader-mail/write-reader-mail.ts';
import type { ReaderMail } from '../../../../src/queue/jobs.ts';
import { addReaders } from '../../../support/database/subscribers.ts';
import { sharedPipeline } from '../../../support/pipeline/shared-pipeline.ts';
import { type TestPipeline, tuesday } from '../../../support/pipeline/test-pipeline.ts';

const shared = sharedPipeline();
const at = tuesday.toISOString();

type Status = 'pending' | 'confirmed' | 'unsubscribed';

/** A pipeline with one reader of this status, and a mail of this kind to them. */
async function mailTo(
  status: Status,
  kind: ReaderMail['kind'],
): Promise<{ pipeline: TestPipeline; mail: ReaderMail }> {
  const pipeline = shared.empty();
  await addReaders(pipeline.db, 1, status);
  if (kind === 'welcome' || kind === 'goodbye' || kind === 'links')
    return { pipeline, mail: { kind, subscriberId: 1, at } };
  await pipeline.db.transaction((tx) => mailLink(pipeline, tx, { mail: kind, subscriberId: 1 }));
  return { pipeline, mail: { kind, linkId: 1 } };
}

const kinds: readonly (readonly [ReaderMail['kind'], Status])[] = [
  ['confirm', 'pending'],
  ['reminder', 'pending'],
  ['data-link', 'confirmed'],
  ['welcome', 'confirmed'],
  ['goodbye', 'unsubscribed'],
  ['links', 'confirmed'],
  ['links', 'unsubscribed'],
];

describe.each(kinds)('the mail %s', (kind, status) => {
  it(`is written to a reader who is ${status}`, async () => {
    const { pipeline, mail } = await mailTo(status, kind);
    expect((await writeReaderMail(pipeline, mail))?.email.to).toMatch(/-1@readers\.example$/);
  });

  it('is not written to a suppressed address, whatever its case', async () => {
    const { pipeline, mail } = await mailTo(status, kind);
    await pipeline.db.execute(sql`update subscribers set email = 'Ada@Readers.example'`);
    await pipeline.db.execute(
      sql`insert into suppressions (email, reason) values ('ada@readers.example', 'complaint')`,
    );
    expect(await writeReaderMail(pipeline, mail)).toBeNull();
  });

  it('is not written to a reader who is gone', async () => {
    const { pipeline, mail } = await mailTo(status, kind);
    await pipeline.db.execute(sql`delete from subscribers`);
    expect(await writeReaderMail(pipeline, mail)).toBeNull();
  });
});

it.each([
  ['reminder', 'confirmed'],
  ['reminder', 'unsubscribed'],
  ['welcome', 'unsubscribed'],
  ['goodbye', 'confirmed'],
] as const)('the mail %s is not written to a reader who is %s by now', async (kind, status) => {
  const { pipeline, mail } = await mailTo(status, kind);
  expect(await writeReaderMail(pipeline, mail)).toBeNull();
});
