import { sql } from 'drizzle-orm';
import type { Db } from '../../../src/db/client.ts';
import type { MailEvent } from '../../../src/domain/sending/mail-event.ts';

let made = 0;

/** What the provider reports about the mails of an issue to these readers (`reader-N@…`), one event each. */
export async function reported(
  db: Db,
  issueId: number,
  readers: readonly number[],
  fact: Partial<MailEvent> & Pick<MailEvent, 'type'>,
): Promise<MailEvent[]> {
  const addresses = readers.map((reader) => `reader-${reader}@readers.example`);
  const { rows } = await db.execute<{ id: string; email: string }>(
    sql`select id, email from subscribers where email = any(${sql.param(addresses)}::text[])`,
  );
  const ids = new Map(rows.map(({ id, email }) => [email, Number(id)]));
  return addresses.map((address): MailEvent => {
    made += 1;
    return {
      ...{ eventId: `evt_${made}`, at: new Date('2026-11-24T10:00:00Z'), providerId: null, detail: null },
      tagged: { issueId, batchNo: 1, subscriberId: ids.get(address) ?? 999_999 },
      ...{ address, suppresses: null },
      ...fact,
    };
  });
}
