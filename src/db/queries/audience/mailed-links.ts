import { sql } from 'drizzle-orm';
import type { SubscriberStatus, SuppressionReason } from '../../../domain/audience/subscriber.ts';
import type { Queryable, Tx } from '../../client.ts';
import { mailedLinks } from '../../schema/index.ts';

export type LinkPurpose = (typeof mailedLinks.$inferSelect)['purpose'];

export async function insertLink(tx: Tx, values: typeof mailedLinks.$inferInsert): Promise<number> {
  const [row] = await tx.insert(mailedLinks).values(values).returning({ id: mailedLinks.id });
  return row?.id as number;
}

/** What an email with this link needs. */
export interface LinkToMail {
  readonly nonce: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly subscriberId: number;
  readonly email: string;
  readonly status: SubscriberStatus;
  readonly suppression: LinkSuppression | null;
}

/** Why the address of a link's reader must not be mailed, and since when. */
export interface LinkSuppression {
  readonly reason: SuppressionReason;
  readonly since: Date;
}

const suppressionOf = ({ reason, since }: SuppressionRow): LinkSuppression | null =>
  reason === null ? null : { reason, since: new Date(since) };

type SuppressionRow = { reason: SuppressionReason | null; since: string };

/** As PostgreSQL returns it, with times as text. */
type Dated<Link> = Omit<Link, 'createdAt' | 'expiresAt'> & { createdAt: string; expiresAt: string };

/** Null if the subscriber has been deleted, and the link with it. */
export async function findLinkToMail(db: Queryable, id: number): Promise<LinkToMail | null> {
  const { rows } = await db.execute<Dated<Omit<LinkToMail, 'suppression'>> & SuppressionRow>(sql`
    select l.nonce, l.created_at as "createdAt", l.expires_at as "expiresAt", s.id::int as "subscriberId", s.email, s.status,
      x.reason, x.created_at as since
    from mailed_links l join subscribers s on s.id = l.subscriber_id left join suppressions x on x.email = lower(s.email)
    where l.id = ${id}`);
  const [row] = rows;
  if (row === undefined) return null;
  const { reason, since, ...link } = row;
  return {
    ...link,
    createdAt: new Date(link.createdAt),
    expiresAt: new Date(link.expiresAt),
    suppression: suppressionOf({ reason, since }),
  };
}

export interface MailedLink {
  readonly id: number;
  readonly subscriberId: number;
  readonly signUpId: number | null;
  readonly status: SubscriberStatus;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly used: boolean;
  readonly suppression: LinkSuppression | null;
}

/** A link by the hash of its token, expired or not, with its reader. `lock` locks link and subscriber until `tx` ends. */
export async function findMailedLink(
  tx: Queryable,
  purpose: LinkPurpose,
  tokenHashes: readonly string[],
  lock: boolean,
): Promise<MailedLink | null> {
  const { rows } = await tx.execute<Dated<Omit<MailedLink, 'suppression'>> & SuppressionRow>(sql`
    select l.id::int as id, s.id::int as "subscriberId", l.sign_up_id::int as "signUpId", s.status,
      l.created_at as "createdAt", l.expires_at as "expiresAt", l.used_at is not null as used, x.reason, x.created_at as since
    from mailed_links l join subscribers s on s.id = l.subscriber_id left join suppressions x on x.email = lower(s.email)
    where l.token_sha256 = any(${sql.param(tokenHashes)}::text[]) and l.purpose = ${purpose}
    ${lock ? sql`for update of l, s` : sql``}`);
  const [row] = rows;
  if (row === undefined) return null;
  const { reason, since, ...link } = row;
  return {
    ...link,
    createdAt: new Date(link.createdAt),
    expiresAt: new Date(link.expiresAt),
    suppression: suppressionOf({ reason, since }),
  };
}

export async function markLinkUsed(tx: Tx, id: number, at: Date): Promise<void> {
  await tx.execute(sql`update mailed_links set used_at = ${at} where id = ${id} and used_at is null`);
}

/** When the subscriber's last link of this kind was created; null if there is none. */
export async function lastLinkAt(
  db: Queryable,
  subscriberId: number,
  purpose: LinkPurpose,
): Promise<Date | null> {
  const { rows } = await db.execute<{ at: string | null }>(sql`
    select max(created_at) as at from mailed_links where subscriber_id = ${subscriberId} and purpose = ${purpose}`);
  const at = rows[0]?.at ?? null;
  return at === null ? null : new Date(at);
}

/** Deletes links that expired more than a day ago. */
export async function deleteExpiredLinks(db: Queryable, now: Date): Promise<void> {
  await db.execute(sql`delete from mailed_links where expires_at < ${now}::timestamptz - interval '1 day'`);
}
