import { sql } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { insertReportedSuppressions } from '../../../../../src/db/queries/audience/suppressions.ts';
import { insertMailEvents } from '../../../../../src/db/queries/sending/mail-events.ts';
import type { MailEvent } from '../../../../../src/domain/sending/mail-event.ts';
import { addSentIssues } from '../../../../support/database/sent-issues.ts';
import { addReaders } from '../../../../support/database/subscribers.ts';
import { sharedPipeline } from '../../../../support/pipeline/shared-pipeline.ts';
import { tuesday } from '../../../../support/pipeline/test-pipeline.ts';

const shared = sharedPipeline();

it('events belong to their reader, and soft bounces suppress the address, whatever its case', async () => {
  const { db } = shared.empty();
  await addReaders(db, 1);
  await db.execute(sql`update subscribers set email = 'Reader-1@Readers.example'`);
  const issueIds = await addSentIssues(db, 2);
  const events = issueIds.map(
    (issueId): MailEvent => ({
      eventId: `msg_${issueId}`,
      type: 'soft_bounced',
      at: tuesday,
      providerId: null,
      tagged: { issueId, batchNo: 1, subscriberId: 1 },
      address: 'reader-1@readers.example',
      detail: null,
      suppresses: null,
    }),
  );
  await db.transaction(async (tx) => {
    const { stored } = await insertMailEvents(tx, events);
    expect(stored.map(({ reader }) => reader)).toEqual([1, 1]);
    expect(await insertReportedSuppressions(tx, [], [1], { bounces: 2, issues: 5 })).toBe(1);
  });
  const { rows } = await db.execute(sql`select email from suppressions`);
  expect(rows).toEqual([{ email: 'reader-1@readers.example' }]);

  const untagged = events.map((event) => ({ ...event, eventId: `${event.eventId}_other`, tagged: null }));
  await db.transaction(async (tx) => {
    const { stored } = await insertMailEvents(tx, untagged);
    expect(stored.map(({ reader }) => reader)).toEqual([null, null]);
  });
  const stored = await db.execute(
    sql`select subscriber_id as reader, issue_id as issue from mail_events order by issue_id nulls last`,
  );
  expect(stored.rows).toEqual([
    ...issueIds.map((issue) => ({ reader: '1', issue: String(issue) })),
    { reader: '1', issue: null },
    { reader: '1', issue: null },
  ]);
});
