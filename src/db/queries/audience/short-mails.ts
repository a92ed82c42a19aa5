import { sql } from 'drizzle-orm';
import { keyWorksMs, type ShortMailAnswer } from '../../../domain/sending/short-mail.ts';
import type { Queryable } from '../../client.ts';
import type { shortMails } from '../../schema/index.ts';

export interface NewShortMail {
  /** The same for the same mail, and for no other. */
  readonly name: string;
  readonly kind: string;
  readonly queue: (typeof shortMails.$inferSelect)['queue'];
  /** The payload of the job that tries it again. */
  readonly data: object;
  /** Hash of an editor's address; null for a reader. */
  readonly editor: string | null;
  readonly until: Date;
}

/** Whether the provider still knows what it did with the mail, at a time. */
const isKeyKnown = (now: Date) =>
  sql`(uncertain_since is null or uncertain_since > ${new Date(now.getTime() - keyWorksMs)})`;

/**
 * Writes down that a mail is about to be posted, and returns which attempt it is; null if it must not be posted now: it is
 * done with, its time is over, it is not due, or the provider may have forgotten what it did with an earlier attempt.
 */
export async function beginAttempt(db: Queryable, mail: NewShortMail, now: Date): Promise<number | null> {
  const { name, kind, queue, data, editor, until } = mail;
  if (until <= now) return null;
  const { rows } = await db.execute<{ attempts: number }>(sql`
    insert into short_mails (name, kind, queue, data, editor, status, attempts, uncertain_since, not_before, until,
      created_at, changed_at)
    values (${name}, ${kind}, ${queue}, ${JSON.stringify(data)}::jsonb, ${editor}, 'waiting', 1, ${now}, ${now}, ${until},
      ${now}, ${now})
    on conflict (name) do update set attempts = short_mails.attempts + 1, changed_at = excluded.changed_at,
      uncertain_since = coalesce(short_mails.uncertain_since, excluded.uncertain_since)
    where short_mails.name in (select name from short_mails where name = ${name} and status = 'waiting'
      and not_before <= ${now} and until > ${now} and ${isKeyKnown(now)})
    returning attempts`);
  return rows[0]?.attempts ?? null;
}

/** Records the answer to the attempt that began at `begun`. A mail that another process has seen accepted stays so. */
export async function recordAnswer(
  db: Queryable,
  name: string,
  answer: ShortMailAnswer,
  { begun, now }: { readonly begun: Date; readonly now: Date },
): Promise<void> {
  const reason = answer.status === 'sent' ? null : answer.reason;
  const isWaiting = answer.status === 'waiting';
  const notBefore = new Date(now.getTime() + (isWaiting ? (answer.afterMs ?? 0) : 0));
  const uncertain =
    isWaiting && !answer.maybeAccepted
      ? sql`case when uncertain_since < ${begun} then uncertain_since end`
      : sql`uncertain_since`;
  await db.execute(sql`
    update short_mails set status = ${answer.status}, last_error = ${reason}, not_before = ${notBefore},
      changed_at = ${now}, uncertain_since = ${uncertain}
    where name = ${name} and status = 'waiting'`);
}

/** A mail that has lost its point: its reader is gone, or what it is about is no longer so. */
export async function dropShortMail(db: Queryable, name: string): Promise<void> {
  await db.execute(sql`delete from short_mails where name = ${name} and status = 'waiting'`);
}

/** Payloads of mails that are due again, the earliest first. */
export async function readDueShortMails<Data>(
  db: Queryable,
  queue: NewShortMail['queue'],
  now: Date,
  limit: number,
): Promise<Data[]> {
  const { rows } = await db.execute<{ data: Data }>(sql`
    select data from short_mails where status = 'waiting' and queue = ${queue} and not_before <= ${now}
    order by not_before, name limit ${limit}`);
  return rows.map(({ data }) => data);
}

/** Gives up mails whose time is over, or which the provider may have accepted too long ago to be asked again. */
export async function giveUpShortMails(
  db: Queryable,
  now: Date,
): Promise<{ readonly kind: string; readonly reason: string }[]> {
  const { rows } = await db.execute<{ kind: string; reason: string }>(sql`
    update short_mails set status = 'given-up', changed_at = ${now},
      last_error = coalesce(last_error, 'It was not tried: no process ran its job.')
    where status = 'waiting'
      and (until <= ${now} or not ${isKeyKnown(now)})
    returning kind, last_error as reason`);
  return rows;
}

export async function deleteOldShortMails(db: Queryable, until: Date): Promise<void> {
  await db.execute(sql`delete from short_mails where status <> 'waiting' and changed_at < ${until}`);
}

export interface Trouble {
  readonly since: Date;
  readonly mails: number;
  /** The most frequent last answer. */
  readonly reason: string | null;
}

/** Mails to readers that were given up after `givenUpAfter`, or have waited since before `waitingBefore`. */
export async function readReaderMailTrouble(
  db: Queryable,
  { givenUpAfter, waitingBefore }: { readonly givenUpAfter: Date; readonly waitingBefore: Date },
): Promise<Partial<Record<'waiting' | 'given-up', Trouble>>> {
  const { rows } = await db.execute<{
    status: 'waiting' | 'given-up';
    mails: number;
    since: string;
    reason: string | null;
  }>(sql`
    select status, count(*)::int as mails, mode() within group (order by last_error) as reason,
      min(case status when 'waiting' then created_at else changed_at end) as since
    from short_mails where editor is null
      and (status = 'given-up' and changed_at > ${givenUpAfter} or status = 'waiting' and created_at < ${waitingBefore})
    group by status`);
  return Object.fromEntries(
    rows.map(({ status, mails, since, reason }) => [status, { mails, since: new Date(since), reason }]),
  );
}

export interface UntoldEditor {
  readonly editor: string;
  /** When the first notice since the last success was to go out. */
  readonly since: Date;
  /** The last answer. */
  readonly reason: string | null;
}

/** Editors whose last notices were not accepted, or have waited since before `waitingBefore`. */
export async function readUntoldEditors(
  db: Queryable,
  editors: readonly string[],
  waitingBefore: Date,
): Promise<UntoldEditor[]> {
  if (editors.length === 0) return [];
  const list = sql.join(
    editors.map((editor) => sql`${editor}`),
    sql`, `,
  );
  const { rows } = await db.execute<{ editor: string; since: string; reason: string | null }>(sql`
    select editor, min(created_at) as since, (array_agg(last_error order by changed_at desc, name))[1] as reason
    from short_mails m where editor in (${list})
      and (status in ('refused', 'given-up') or status = 'waiting' and created_at < ${waitingBefore})
      and not exists (select from short_mails s
        where s.editor = m.editor and s.status = 'sent' and s.changed_at > m.changed_at)
    group by editor order by editor`);
  return rows.map(({ editor, since, reason }) => ({ editor, since: new Date(since), reason }));
}
