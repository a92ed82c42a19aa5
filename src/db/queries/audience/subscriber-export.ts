import { sql } from 'drizzle-orm';
import type { SubscriberStatus, SuppressionReason } from '../../../domain/audience/subscriber.ts';
import type { Queryable } from '../../client.ts';
import { isoInstant } from '../../sql.ts';

/** One subscriber as `subscribers export` writes it; times are ISO 8601. */
export interface ExportRow extends Record<string, unknown> {
  id: number;
  email: string;
  status: SubscriberStatus;
  consent_source: string;
  confirmed_at: string | null;
  unsubscribed_at: string | null;
  paused_until: string | null;
  suppressed: string | null;
}

/** Somebody whose address is no longer kept. */
export interface HashExportRow extends Record<string, unknown> {
  /** `erased` for those who asked for it. */
  status: 'unsubscribed' | 'erased';
  unsubscribed_at: string | null;
  suppressed: SuppressionReason | null;
  address_hash: string;
  secret_id: string | null;
}

/** All subscribers, in pages by id: constant memory, and no transaction is kept open. */
export async function* readSubscriberPages(db: Queryable, pageSize: number): AsyncGenerator<ExportRow[]> {
  let after = 0;
  for (;;) {
    const { rows } = await db.execute<ExportRow>(sql`
      select s.id::int as id, s.email, s.status, s.consent_source, ${isoInstant(sql`s.confirmed_at`)} as confirmed_at,
        ${isoInstant(sql`s.unsubscribed_at`)} as unsubscribed_at, ${isoInstant(sql`s.paused_until`)} as paused_until, x.reason as suppressed
      from subscribers s left join suppressions x on x.email = lower(s.email)
      where s.id > ${after} order by s.id limit ${pageSize}`);
    const last = rows.at(-1);
    if (last === undefined) return;
    yield rows;
    after = last.id;
  }
}

/** All keyed hashes of addresses that are no longer kept, in pages. */
export async function* readHashPages(db: Queryable, pageSize: number): AsyncGenerator<HashExportRow[]> {
  let after = '';
  for (;;) {
    const { rows } = await db.execute<HashExportRow>(sql`
      select case when left_at is null then 'erased' else 'unsubscribed' end as status,
        ${isoInstant(sql`left_at`)} as unsubscribed_at, suppression as suppressed, address_hash, secret_id
      from erased_addresses where address_hash > ${after} order by address_hash limit ${pageSize}`);
    const last = rows.at(-1);
    if (last === undefined) return;
    yield rows;
    after = last.address_hash;
  }
}
