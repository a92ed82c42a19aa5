import { sql } from 'drizzle-orm';
import type { EmailAddress } from '../../../domain/audience/email-address.ts';
import type { SuppressionReason } from '../../../domain/audience/subscriber.ts';
import type { Tx } from '../../client.ts';

/** One valid row of an import; `line` is its line in the file, from 1. */
export interface ImportRow {
  readonly line: number;
  readonly email: EmailAddress;
  readonly addressHash: string;
  readonly readerToken: string;
}

/** Somebody of whom an export has only a keyed hash. */
export interface HashRow {
  readonly addressHash: string;
  /** Which secret made it; null if the export does not say. */
  readonly secretId: string | null;
  readonly suppression: SuppressionReason | null;
  /** Null if they asked to be erased. */
  readonly leftAt: Date | null;
}

/** Creates staging tables that last as long as the transaction. */
export async function createImportStage(tx: Tx): Promise<void> {
  await tx.execute(sql`
    create temporary table import_stage (
      line int not null, email text not null, address_hash text not null, reader_token text not null) on commit drop`);
  await tx.execute(sql`
    create temporary table import_hashes (
      address_hash text not null, secret_id text, suppression text, left_at timestamptz) on commit drop`);
}

export async function stageImportRows(tx: Tx, rows: readonly ImportRow[]): Promise<void> {
  await tx.execute(sql`
    insert into import_stage
    select * from unnest(
      ${sql.param(rows.map((row) => row.line))}::int[],
      ${sql.param(rows.map((row) => row.email))}::text[],
      ${sql.param(rows.map((row) => row.addressHash))}::text[],
      ${sql.param(rows.map((row) => row.readerToken))}::text[])`);
}

export async function stageHashRows(tx: Tx, rows: readonly HashRow[]): Promise<void> {
  if (rows.length === 0) return;
  await tx.execute(sql`
    insert into import_hashes
    select * from unnest(
      ${sql.param(rows.map((row) => row.addressHash))}::text[],
      ${sql.param(rows.map((row) => row.secretId))}::text[],
      ${sql.param(rows.map((row) => row.suppression))}::text[],
      ${sql.param(rows.map((row) => row.leftAt?.toISOString() ?? null))}::timestamptz[])`);
}

export interface ImportReport {
  readonly added: number;
  /** Already confirmed. */
  readonly unchanged: number;
  /** Unsubscribed or erased before; an import never brings them back. */
  readonly unsubscribed: number;
  readonly suppressed: number;
  readonly duplicates: number;
  /** The first duplicates, each with the line that it repeats. */
  readonly duplicateLines: readonly { readonly line: number; readonly firstLine: number }[];
}

/**
 * Turns the staged rows into confirmed subscribers, on the importer's word. Pending subscribers are confirmed as well;
 * unsubscribed and suppressed ones are left as they are, and so are those who are known by a keyed hash only. Staged
 * hashes are stored first.
 */
export async function mergeImportStage(
  tx: Tx,
  consent: { readonly source: string; readonly at: Date },
  maxLines: number,
): Promise<ImportReport> {
  // Two imports of the same addresses at once would otherwise deadlock.
  await tx.execute(sql`select pg_advisory_xact_lock(hashtext('import subscribers'))`);
  await tx.execute(sql`
    insert into erased_addresses as kept (address_hash, suppression, erased_at, left_at, secret_id)
    select distinct on (address_hash) address_hash, suppression, ${consent.at}::timestamptz, left_at, secret_id
    from import_hashes order by address_hash, suppression nulls last
    on conflict (address_hash) do update set suppression = excluded.suppression
      where kept.suppression is null and excluded.suppression is not null`);
  await tx.execute(sql`analyze import_stage`);
  const duplicates = await tx.execute<{ line: number; first_line: number; total: number }>(sql`
    with numbered as (
      select line, min(line) over (partition by lower(email)) as first_line from import_stage)
    select line, first_line, (count(*) over ())::int as total from numbered
    where line <> first_line order by line limit ${maxLines}`);
  const merged = await tx.execute<{
    added: number;
    unchanged: number;
    unsubscribed: number;
    suppressed: number;
  }>(sql`
    with wanted as (
      select distinct on (lower(email)) * from import_stage order by lower(email), line),
    known as (
      select w.*, case
        when x.email is not null then 'suppressed'
        when s.status = 'confirmed' then 'unchanged'
        when e.suppression is not null then 'suppressed'
        when s.status = 'unsubscribed' or e.address_hash is not null then 'unsubscribed'
        else 'wanted' end as standing
      from wanted w
      left join subscribers s on lower(s.email) = lower(w.email)
      left join suppressions x on x.email = lower(w.email)
      left join erased_addresses e on e.address_hash = w.address_hash),
    written as (
      insert into subscribers (email, status, reader_token, consent_source, consented_at, confirmed_at)
      select email, 'confirmed', reader_token, ${consent.source}, ${consent.at}, ${consent.at}
      from known where standing = 'wanted'
      order by line
      on conflict (lower(email)) do update
        set status = 'confirmed', consent_source = excluded.consent_source,
          consented_at = excluded.consented_at, confirmed_at = excluded.confirmed_at
        where subscribers.status = 'pending'
      returning 1)
    select (select count(*) from written)::int as added,
      (count(*) filter (where standing = 'unchanged'))::int as unchanged,
      (count(*) filter (where standing = 'unsubscribed'))::int as unsubscribed,
      (count(*) filter (where standing = 'suppressed'))::int as suppressed
    from known`);
  const counts = merged.rows[0] ?? { added: 0, unchanged: 0, unsubscribed: 0, suppressed: 0 };
  return {
    ...counts,
    duplicates: duplicates.rows[0]?.total ?? 0,
    duplicateLines: duplicates.rows.map((row) => ({ line: row.line, firstLine: row.first_line })),
  };
}
