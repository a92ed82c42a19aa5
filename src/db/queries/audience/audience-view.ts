import { sql } from 'drizzle-orm';
import type { Queryable } from '../../client.ts';
import { isoInstant } from '../../sql.ts';

/**
 * What an address is, each one of these. A paused one has confirmed; a suppressed one has, or nobody subscribes with it.
 */
export const readerStates = ['confirmed', 'paused', 'suppressed', 'pending', 'unsubscribed'] as const;
export type ReaderState = (typeof readerStates)[number];

export type AudienceCounts = Readonly<Record<ReaderState, number>> & {
  /** Who left so long ago that only a keyed hash of the address is kept, and who asked to be erased. */
  readonly forgotten: number;
};

const stateAt = (at: Date) => sql`
  case when s.status <> 'confirmed' then s.status when x.email is not null then 'suppressed'
    when s.paused_until > ${at} then 'paused' else 'confirmed' end`;

const stated = (at: Date) => sql`
  (select s.email, s.created_at, ${stateAt(at)} as state
   from subscribers s left join suppressions x on x.email = lower(s.email)
   union all
   select x.email, x.created_at, 'suppressed' from suppressions x
   where not exists (select from subscribers s where lower(s.email) = x.email)) r`;

/** How many addresses there are of each kind; `confirmed` are those who would be mailed now. Reads them all. */
export async function countByState(db: Queryable, at: Date): Promise<AudienceCounts> {
  const { rows } = await db.execute<{ state: ReaderState; n: number }>(
    sql`select state, count(*)::int as n from ${stated(at)} group by state`,
  );
  const [hashes] = (await db.execute<{ n: number }>(sql`select count(*)::int as n from erased_addresses`))
    .rows;
  const of = (state: ReaderState) => rows.find((row) => row.state === state)?.n ?? 0;
  return {
    confirmed: of('confirmed'),
    paused: of('paused'),
    suppressed: of('suppressed'),
    pending: of('pending'),
    unsubscribed: of('unsubscribed'),
    forgotten: hashes?.n ?? 0,
  };
}

export interface ListedReader extends Record<string, unknown> {
  readonly email: string;
  readonly state: ReaderState;
  /** ISO instant. */
  readonly since: string;
}

/** The newest addresses, of one kind or of all. */
export async function listReaders(
  db: Queryable,
  { state, at, limit }: { readonly state: ReaderState | null; readonly at: Date; readonly limit: number },
): Promise<readonly ListedReader[]> {
  const { rows } = await db.execute<ListedReader>(sql`
    select email, state, ${isoInstant(sql`created_at`)} as since from ${stated(at)}
    where ${state === null ? sql`true` : sql`state = ${state}`}
    order by created_at desc, email desc limit ${limit}`);
  return rows;
}
