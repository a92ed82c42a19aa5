import { type SQL, sql } from 'drizzle-orm';
import type { Tx } from '../../client.ts';

/** What became of the people in a file; each is counted once, in one of the first seven. */
export interface ImportReport {
  readonly added: number;
  /** Already confirmed. */
  readonly unchanged: number;
  /** Unsubscribed or erased before; an import never brings them back. */
  readonly unsubscribed: number;
  /** Suppressed before. */
  readonly suppressed: number;
  /** Unsubscribed by this file: remembered, whether they were known or not. */
  readonly newlyUnsubscribed: number;
  readonly newlySuppressed: number;
  /** The file says no, and they have signed up here since. */
  readonly consentedSince: number;
  /** Of those unsubscribed or suppressed by this file: who was mailed until now. */
  readonly ended: number;
  /** Who was mailed before this file. */
  readonly subscribedBefore: number;
  readonly duplicates: number;
  /** The first duplicates, each with the line that it repeats, and whether one of the two says no. */
  readonly duplicateLines: readonly {
    readonly line: number;
    readonly firstLine: number;
    readonly disagrees: boolean;
  }[];
}

export interface ImportTerms {
  /** For rows without a consent of their own. */
  readonly source: string;
  readonly at: Date;
  /** Only counts what would happen. */
  readonly isDryRun?: boolean;
}

/**
 * Acts upon the staged rows. A no ends a subscription and is remembered, unless the reader has signed up here after it
 * was said; of several rows with one address, a no counts. A yes makes a confirmed subscriber on the importer's word,
 * also of somebody pending; it never brings back who unsubscribed, is suppressed, or is known by a keyed hash only.
 * Staged hashes are stored first.
 */
export async function mergeImportStage(tx: Tx, terms: ImportTerms, maxLines: number): Promise<ImportReport> {
  // Two imports of the same addresses at once would otherwise deadlock.
  await tx.execute(sql`select pg_advisory_xact_lock(hashtext('import subscribers'))`);
  await tx.execute(sql`
    insert into erased_addresses as kept (address_hash, suppression, erased_at, left_at, secret_id)
    select distinct on (address_hash) address_hash, suppression, ${terms.at}::timestamptz, left_at, secret_id
    from import_hashes order by address_hash, suppression nulls last
    on conflict (address_hash) do update set suppression = excluded.suppression
      where kept.suppression is null and excluded.suppression is not null`);
  await tx.execute(sql`analyze import_stage`);
  const duplicates = await tx.execute<{
    line: number;
    first_line: number;
    disagrees: boolean;
    total: number;
  }>(sql`
    with numbered as (
      select line, min(line) over same as first_line,
        bool_or(${saysNo}) over same and not bool_and(${saysNo}) over same as disagrees
      from import_stage window same as (partition by lower(email)))
    select line, first_line, disagrees, (count(*) over ())::int as total from numbered
    where line <> first_line order by line limit ${maxLines}`);
  const { rows } = await tx.execute<
    Omit<ImportReport, 'duplicates' | 'duplicateLines'> & Record<string, unknown>
  >(sql`
    with ${people()}${terms.isDryRun ? sql`` : writes(terms)}
    select ${terms.isDryRun ? counted('wanted') : sql`(select count(*) from written)::int`} as added,
      ${counted('unchanged')} as unchanged, ${counted('unsubscribed')} as unsubscribed, ${counted('suppressed')} as suppressed,
      ${counted('newly unsubscribed')} as "newlyUnsubscribed", ${counted('newly suppressed')} as "newlySuppressed",
      ${counted('consented since')} as "consentedSince",
      (count(*) filter (where was = 'confirmed' and not is_suppressed and (leaves or suppresses)))::int as ended,
      (select count(*) from subscribers s where s.status = 'confirmed'
        and not exists (select from suppressions x where x.email = lower(s.email)))::int as "subscribedBefore"
    from decided`);
  if (rows[0] === undefined) throw new Error('a count has one row');
  return {
    ...rows[0],
    duplicates: duplicates.rows[0]?.total ?? 0,
    duplicateLines: duplicates.rows.map(({ line, first_line: firstLine, disagrees }) => ({
      line,
      firstLine,
      disagrees,
    })),
  };
}

const saysNo = sql`(has_left or suppression is not null)`;

const counted = (standing: string) => sql`(count(*) filter (where standing = ${standing}))::int`;

/** Each address of the file once, with what is known of it here, and what follows. */
const people = () => sql`
  wanted as (
    select distinct on (lower(email)) line, email, address_hash, reader_token, own,
      bool_or(${saysNo}) over same as says_no, bool_or(has_left) over same as has_left,
      min(suppression) over same as suppression, case when bool_and(said_at is not null or not ${saysNo}) over same then max(said_at) over same end as said_at
    from import_stage window same as (partition by lower(email)) order by lower(email), line),
  known as (
    select w.*, s.id, s.status as was, x.email is not null as is_suppressed, e.address_hash is not null as has_hash,
      x.reason is distinct from 'soft_bounce' and x.email is not null or e.suppression is not null as is_blocked,
      w.says_no and s.consent_network is not null
        and w.said_at < case when s.status = 'confirmed' then s.confirmed_at else s.consented_at end
        is true as has_consented_since,
      case
        when x.email is not null then 'suppressed'
        when s.status = 'confirmed' then 'unchanged'
        when e.suppression is not null then 'suppressed'
        when s.status = 'unsubscribed' or e.address_hash is not null then 'unsubscribed'
        else 'wanted' end as standing_of_a_yes
    from wanted w
    left join subscribers s on lower(s.email) = lower(w.email)
    left join suppressions x on x.email = lower(w.email)
    left join erased_addresses e on e.address_hash = w.address_hash),
  acting as (
    select *, has_left and not has_consented_since
        and (was in ('confirmed', 'pending') or was is null and not has_hash) as leaves,
      suppression is not null and not has_consented_since and not is_blocked as suppresses
    from known),
  decided as (
    select *, case
      when not says_no then standing_of_a_yes
      when has_consented_since and was <> 'unsubscribed' then 'consented since'
      when suppresses and not is_suppressed then 'newly suppressed'
      when leaves then 'newly unsubscribed'
      when is_suppressed or is_blocked then 'suppressed'
      else 'unsubscribed' end as standing
    from acting)`;

const columns = sql.raw(
  'email, status, reader_token, consent_source, consented_at, confirmed_at, consent_wording, consent_network, unsubscribed_at, paused_until',
);

const own = (name: string): SQL => sql`(own->>${sql.raw(`'${name}'`)})`;
const ownTime = (name: string): SQL => sql`${own(name)}::timestamptz`;

/** A subscriber as an export has it, else by the importer's word. */
const confirmed = ({ source, at }: ImportTerms) => sql`
  email, 'confirmed', reader_token, coalesce(${own('consentSource')}, ${source}),
  case when own is null then ${at}::timestamptz else ${ownTime('consentedAt')} end,
  coalesce(${ownTime('confirmedAt')}, ${at}::timestamptz), ${own('consentWording')}, ${own('consentNetwork')},
  null::timestamptz, ${ownTime('pausedUntil')}`;

const left = ({ source, at }: ImportTerms) => sql`
  email, 'unsubscribed', reader_token, coalesce(${own('consentSource')}, ${source}), ${ownTime('consentedAt')},
  ${ownTime('confirmedAt')}, ${own('consentWording')}, ${own('consentNetwork')},
  least(coalesce(${ownTime('unsubscribedAt')}, said_at, ${at}::timestamptz), ${at}::timestamptz), null::timestamptz`;

const writes = (terms: ImportTerms) => sql`,
  written as (
    insert into subscribers (${columns})
    select ${confirmed(terms)} from decided where standing = 'wanted' order by line
    on conflict (lower(email)) do update
      set status = 'confirmed', consent_source = excluded.consent_source, consent_wording = excluded.consent_wording,
        consent_network = excluded.consent_network, consented_at = excluded.consented_at,
        confirmed_at = excluded.confirmed_at, paused_until = excluded.paused_until
      where subscribers.status = 'pending'
    returning 1),
  remembered as (
    insert into subscribers (${columns})
    select ${left(terms)} from decided where leaves and was is null
    on conflict do nothing),
  restored as (
    insert into subscribers (${columns})
    select ${confirmed(terms)} from decided
    where suppresses and ${own('isSubscriber')}::boolean and not has_left and was is null and not has_hash
    on conflict do nothing),
  ended as (
    update subscribers s set status = 'unsubscribed', unsubscribed_at = ${terms.at}, paused_until = null
    from decided d where s.id = d.id and d.leaves and s.status <> 'unsubscribed'),
  blocked as (
    insert into suppressions as kept (email, reason, detail, created_at)
    select lower(email), suppression, case when own is null then ${terms.source} else ${own('suppressionDetail')} end,
      least(coalesce(${ownTime('suppressedAt')}, said_at, ${terms.at}::timestamptz), ${terms.at}::timestamptz)
    from decided where suppresses and (was is not null or not has_hash)
    on conflict (email) do update
      set reason = excluded.reason, detail = excluded.detail, created_at = excluded.created_at
      where kept.reason = 'soft_bounce' and excluded.reason <> 'soft_bounce'),
  blocked_by_hash as (
    update erased_addresses e set suppression = d.suppression from decided d
    where e.address_hash = d.address_hash and d.suppresses and d.was is null)`;
