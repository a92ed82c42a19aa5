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
  suppressed: SuppressionReason | null;
  consented_at: string | null;
  /** Its text. */
  consent_wording: string | null;
  consent_network: string | null;
  suppressed_at: string | null;
  suppression_detail: string | null;
}

/** An address that must not be mailed, of nobody who subscribes or did. */
export interface SuppressionExportRow extends Record<string, unknown> {
  email: string;
  status: 'suppressed';
  suppressed: SuppressionReason;
  suppressed_at: string;
  suppression_detail: string | null;
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
        ${isoInstant(sql`s.unsubscribed_at`)} as unsubscribed_at, ${isoInstant(sql`s.paused_until`)} as paused_until, x.reason as suppressed,
        ${isoInstant(sql`s.consented_at`)} as consented_at, w.text as consent_wording, s.consent_network,
        ${isoInstant(sql`x.created_at`)} as suppressed_at, x.detail as suppression_detail
      from subscribers s left join suppressions x on x.email = lower(s.email)
        left join consent_wordings w on w.version = s.consent_wording
      where s.id > ${after} order by s.id limit ${pageSize}`);
    const last = rows.at(-1);
    if (last === undefined) return;
    yield rows;
    after = last.id;
  }
}

/** All suppressions of addresses that no subscriber has, in pages. */
export async function* readSuppressionPages(
  db: Queryable,
  pageSize: number,
): AsyncGenerator<SuppressionExportRow[]> {
  let after = '';
  for (;;) {
    const { rows } = await db.execute<SuppressionExportRow>(sql`
      select x.email, 'suppressed' as status, x.reason as suppressed, ${isoInstant(sql`x.created_at`)} as suppressed_at,
        x.detail as suppression_detail
      from suppressions x where x.email > ${after} and not exists (select from subscribers s where lower(s.email) = x.email)
      order by x.email limit ${pageSize}`);
    const last = rows.at(-1);
    if (last === undefined) return;
    yield rows;
    after = last.email;
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
