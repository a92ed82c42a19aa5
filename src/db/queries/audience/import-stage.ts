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
  readonly hasLeft: boolean;
  readonly suppression: SuppressionReason | null;
  /** When a no was said, at the latest; null if that is not known. */
  readonly saidAt: Date | null;
  /** What our own export keeps of them. */
  readonly own: KeptValues | null;
}

/** What an export keeps of one person beside the address and whether they may be mailed. */
export interface KeptValues {
  /** False for an address that is only suppressed. */
  readonly isSubscriber: boolean;
  readonly consentSource: string | null;
  readonly consentedAt: Date | null;
  /** Its version. */
  readonly consentWording: string | null;
  readonly consentNetwork: string | null;
  readonly confirmedAt: Date | null;
  readonly unsubscribedAt: Date | null;
  readonly pausedUntil: Date | null;
  readonly suppressedAt: Date | null;
  readonly suppressionDetail: string | null;
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
      line int not null, email text not null, address_hash text not null, reader_token text not null,
      has_left boolean not null, suppression text, said_at timestamptz, own jsonb) on commit drop`);
  await tx.execute(sql`
    create temporary table import_hashes (
      address_hash text not null, secret_id text, suppression text, left_at timestamptz) on commit drop`);
}

export async function stageImportRows(tx: Tx, rows: readonly ImportRow[]): Promise<void> {
  const column = <T>(read: (row: ImportRow) => T) => sql.param(rows.map(read));
  await tx.execute(sql`
    insert into import_stage
    select * from unnest(
      ${column((row) => row.line)}::int[], ${column((row) => row.email)}::text[],
      ${column((row) => row.addressHash)}::text[], ${column((row) => row.readerToken)}::text[],
      ${column((row) => row.hasLeft)}::boolean[], ${column((row) => row.suppression)}::text[],
      ${column((row) => row.saidAt?.toISOString() ?? null)}::timestamptz[],
      ${column((row) => (row.own === null ? null : JSON.stringify(row.own)))}::jsonb[])`);
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

/** Adds wordings that an export has, so that the consents can name them. */
export async function storeWordings(tx: Tx, wordings: ReadonlyMap<string, string>, at: Date): Promise<void> {
  await tx.execute(sql`
    insert into consent_wordings (version, text, first_used_at)
    select version, text, ${at}::timestamptz from unnest(
      ${sql.param([...wordings.keys()])}::text[], ${sql.param([...wordings.values()])}::text[]) as w(version, text)
    on conflict (version) do nothing`);
}
