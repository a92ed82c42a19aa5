import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Db } from '../../../../../src/db/client.ts';
import { createImportStage, stageImportRows } from '../../../../../src/db/queries/audience/import-stage.ts';
import { readSubscriberPages } from '../../../../../src/db/queries/audience/subscriber-export.ts';
import { readSubscriberHistory } from '../../../../../src/db/queries/audience/subscriber-history.ts';
import { mergeImportStage } from '../../../../../src/db/queries/audience/subscriber-import.ts';
import {
  countSubscribersExcept,
  findSubscriber,
} from '../../../../../src/db/queries/audience/subscribers.ts';
import type { EmailAddress } from '../../../../../src/domain/audience/email-address.ts';
import { addReaders } from '../../../../support/database/subscribers.ts';
import { sharedPipeline } from '../../../../support/pipeline/shared-pipeline.ts';
import { tuesday } from '../../../../support/pipeline/test-pipeline.ts';

const shared = sharedPipeline();
let db: Db;

/** A reader whose address is stored with capitals, and suppressed, which is stored without. */
beforeEach(async () => {
  ({ db } = shared.empty());
  await addReaders(db, 1);
  await db.execute(sql`update subscribers set email = 'Reader-1@Readers.example'`);
  await db.execute(
    sql`insert into suppressions (email, reason) values ('reader-1@readers.example', 'complaint')`,
  );
});

async function importOne(email: string): Promise<unknown> {
  const row = {
    ...{ line: 2, email: email as EmailAddress },
    ...{ addressHash: 'hash', readerToken: 'AAAAAAAAAAAAAAAAAAAAAA' },
    ...{ hasLeft: false, suppression: null, saidAt: null, own: null },
  };
  return db.transaction(async (tx) => {
    await createImportStage(tx);
    await stageImportRows(tx, [row]);
    return mergeImportStage(tx, { source: 'test', at: tuesday }, 10);
  });
}

describe('an address in another case is the same', () => {
  it.each(['reader-1@readers.example', 'READER-1@readers.EXAMPLE'])('to a look-up: %s', async (email) => {
    expect(await findSubscriber(db, email)).toMatchObject({
      subscriberId: 1,
      email: 'Reader-1@Readers.example',
    });
    expect(await countSubscribersExcept(db, [email])).toBe(0);
    expect(await readSubscriberHistory(db, email)).toMatchObject({
      email: 'Reader-1@Readers.example',
      status: 'confirmed',
      suppression: { reason: 'complaint' },
    });
  });

  it('to an export, which says that it is suppressed', async () => {
    const exported: unknown[] = [];
    for await (const page of readSubscriberPages(db, 10)) exported.push(...page);
    expect(exported).toMatchObject([{ email: 'Reader-1@Readers.example', suppressed: 'complaint' }]);
  });

  it('to an import, which adds neither a suppressed address nor one that has left', async () => {
    expect(await importOne('READER-1@readers.example')).toMatchObject({ added: 0, suppressed: 1 });
    await db.execute(sql`delete from suppressions`);
    expect(await importOne('READER-1@readers.example')).toMatchObject({ added: 0, unchanged: 1 });
    await db.execute(sql`update subscribers set status = 'unsubscribed'`);
    expect(await importOne('READER-1@readers.example')).toMatchObject({ added: 0, unsubscribed: 1 });
    expect(await countSubscribersExcept(db, [])).toBe(1);
  });
});
