import { type SQL, sql } from 'drizzle-orm';
import type { SubscriberStatus } from '../../../domain/audience/subscriber.ts';
import type { Queryable } from '../../client.ts';
import { isoInstant } from '../../sql.ts';

/** Everything stored about one address, in any case; null if nothing is. */
export async function readSubscriberHistory(db: Queryable, email: string): Promise<SubscriberHistory | null> {
  const { rows } = await db.execute<{ history: SubscriberHistory | null }>(sql`
    with wanted as (select lower(${email}) as email)
    select case when s.id is null and x.email is null then null else jsonb_build_object(
      'email', coalesce(s.email, x.email), 'status', coalesce(s.status, 'unknown'),
      'consentSource', s.consent_source, 'consentWording', (select w.text from consent_wordings w where w.version = s.consent_wording),
      'consentWordingVersion', s.consent_wording, 'consentNetworkHash', s.consent_network,
      'consentedAt', ${isoInstant(sql`s.consented_at`)}, 'confirmedAt', ${isoInstant(sql`s.confirmed_at`)},
      'unsubscribedAt', ${isoInstant(sql`s.unsubscribed_at`)}, 'leftBy', s.left_by, 'pausedUntil', ${isoInstant(sql`s.paused_until`)},
      'createdAt', ${isoInstant(sql`s.created_at`)}, 'remindedAt', ${isoInstant(sql`s.reminded_at`)},
      'eraseRequestedAt', ${isoInstant(sql`s.erase_requested_at`)}, 'forgottenAt', null,
      'suppression', case when x.email is not null then
        jsonb_build_object('reason', x.reason, 'detail', x.detail, 'since', ${isoInstant(sql`x.created_at`)}) end,
      'issues', coalesce((
        select jsonb_agg(jsonb_build_object('week', i.week, 'batch', b.no, 'state', case
            when d.skipped_reason is not null then 'skipped'
            when exists (select from jsonb_array_elements(b.rejected) r where (r->>'subscriberId')::bigint = s.id) then 'rejected'
            when b.status = 'submitting' then 'pending' else b.status end,
          'reason', coalesce(d.skipped_reason,
            (select r->>'reason' from jsonb_array_elements(b.rejected) r where (r->>'subscriberId')::bigint = s.id),
            case when b.status in ('held', 'unknown', 'pending') then b.last_error end),
          'submittedAt', case when d.skipped_reason is null then ${isoInstant(sql`b.submitted_at`)} end) order by i.week desc)
        from deliveries d join issues i on i.id = d.issue_id
        join batches b on b.issue_id = d.issue_id and b.no = d.batch_no
        where d.subscriber_id = s.id and d.issue_id in (select id from issues)), '[]'::jsonb),
      'issuesKnownFrom', ${weekAfterPruned(sql`deliveries_pruned_at`)},
      'eventsKnownFrom', ${weekAfterPruned(sql`events_pruned_at`)},
      'events', coalesce((
        select jsonb_agg(jsonb_build_object('type', e.type, 'at', ${isoInstant(sql`e.at`)}, 'detail', e.detail) order by e.at)
        from mail_events e where e.subscriber_id = s.id), '[]'::jsonb),
      'signUps', coalesce((
        select jsonb_agg(jsonb_build_object('at', ${isoInstant(sql`u.created_at`)}, 'source', u.source,
          'wordingVersion', u.wording, 'networkHash', u.network, 'outcome', u.outcome) order by u.created_at)
        from sign_ups u where u.subscriber_id = s.id), '[]'::jsonb),
      'links', coalesce((
        select jsonb_agg(jsonb_build_object('purpose', l.purpose, 'createdAt', ${isoInstant(sql`l.created_at`)},
          'expiresAt', ${isoInstant(sql`l.expires_at`)}, 'usedAt', ${isoInstant(sql`l.used_at`)}) order by l.created_at)
        from mailed_links l where l.subscriber_id = s.id), '[]'::jsonb),
      'lifts', coalesce((
        select jsonb_agg(jsonb_build_object('reason', l.reason, 'detail', l.detail, 'source', l.source,
          'at', ${isoInstant(sql`l.lifted_at`)}) order by l.id)
        from suppression_lifts l where l.email = wanted.email), '[]'::jsonb)) end as history
    from wanted left join subscribers s on lower(s.email) = wanted.email
    left join suppressions x on x.email = wanted.email`);
  return rows[0]?.history ?? null;
}

/** The week after the last issue of which this was deleted, since the subscriber `s` is known; null if nothing of theirs was. */
const weekAfterPruned = (prunedAt: SQL) => sql`(
  select to_char(to_date(max(week), 'IYYY"-W"IW') + 7, 'IYYY"-W"IW') from issues
  where ${prunedAt} is not null and frozen_at >= s.created_at)`;

/** One person's history; times are ISO 8601. */
export interface SubscriberHistory {
  readonly email: string;
  readonly status: SubscriberStatus | 'unknown';
  readonly consentSource: string | null;
  readonly consentWording: string | null;
  readonly consentWordingVersion: string | null;
  readonly consentNetworkHash: string | null;
  readonly consentedAt: string | null;
  readonly confirmedAt: string | null;
  readonly unsubscribedAt: string | null;
  /** Who ended the subscription by hand, and why; null if its reader did. */
  readonly leftBy: string | null;
  readonly pausedUntil: string | null;
  readonly createdAt: string | null;
  readonly remindedAt: string | null;
  readonly eraseRequestedAt: string | null;
  /** Since when only a keyed hash of the address is kept, and when its owner left; null as long as it is kept. */
  readonly forgottenAt: string | null;
  readonly suppression: {
    readonly reason: string;
    readonly detail: string | null;
    /** Null where only the reason is kept. */
    readonly since: string | null;
  } | null;
  readonly issues: readonly {
    readonly week: string;
    readonly batch: number;
    readonly state: string;
    readonly reason: string | null;
    readonly submittedAt: string | null;
  }[];
  /** The week before which issues of this person are no longer known; null when all are. */
  readonly issuesKnownFrom: string | null;
  /** The week before which it is no longer known which issues were delivered, opened or clicked; null when all are. */
  readonly eventsKnownFrom: string | null;
  readonly events: readonly { readonly type: string; readonly at: string; readonly detail: string | null }[];
  readonly signUps: readonly {
    readonly at: string;
    readonly source: string;
    readonly wordingVersion: string | null;
    readonly networkHash: string;
    readonly outcome: string;
  }[];
  /** Without their tokens, which are not stored. */
  readonly links: readonly {
    readonly purpose: string;
    readonly createdAt: string;
    readonly expiresAt: string;
    readonly usedAt: string | null;
  }[];
  /** Suppressions that were lifted: which, by whom and why. `reason` is null for one that had not been reported. */
  readonly lifts: readonly {
    readonly reason: string | null;
    readonly detail: string | null;
    readonly source: string;
    readonly at: string;
  }[];
}
