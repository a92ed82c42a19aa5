import { sql } from 'drizzle-orm';
import type { Alarm, alarmKinds } from '../../../domain/sending/alarm.ts';
import type { Queryable, Tx } from '../../client.ts';
import { alarms } from '../../schema/index.ts';

type SlotOverdue = Extract<Alarm, { kind: 'slot-overdue' }>;
type SendingStalled = Extract<Alarm, { kind: 'sending-stalled' }>;

/** Slots before `until` whose issue has neither been sent completely nor been given up. */
export async function readOverdueSlots(db: Queryable, until: Date): Promise<SlotOverdue[]> {
  const { rows } = await db.execute<{ slot: string; week: string; status: string; reminded: boolean }>(sql`
    select s.slot, s.week, coalesce(i.status, 'not composed') as status,
      s.status = 'waiting' or i.status = 'draft' as reminded
    from slots s left join issues i on i.week = s.week
    where s.slot < ${until} and (
      s.status in ('planned', 'waiting') or (s.status = 'sent' and i.status in ('sending', 'paused', 'held')))
    order by s.slot`);
  return rows.map(({ slot, week, status, reminded }) => ({
    kind: 'slot-overdue',
    week,
    since: new Date(slot),
    status,
    isReminded: reminded,
  }));
}

/** Issues in sending without a submitted batch for `afterMs`, on the database clock. */
export async function readStalledIssues(db: Queryable, afterMs: number): Promise<SendingStalled[]> {
  const { rows } = await db.execute<{ week: string; since: string; open: number; error: string | null }>(sql`
    with progress as (
      select i.week, greatest(i.sending_since, max(b.submitted_at)) as since,
        count(*) filter (where b.status in ('pending', 'submitting'))::int as open,
        mode() within group (order by b.last_error) filter (where b.status in ('pending', 'submitting')) as error
      from issues i join batches b on b.issue_id = i.id
      where i.status = 'sending' group by i.id)
    select * from progress
    where open > 0 and since < clock_timestamp() - ${afterMs} * interval '1 millisecond' order by week`);
  return rows.map(({ week, since, open, error }) => ({
    kind: 'sending-stalled',
    week,
    since: new Date(since),
    openBatches: open,
    lastError: error,
  }));
}

/** When the schedule was last checked; null if never. */
export async function readLastTick(db: Queryable): Promise<Date | null> {
  const { rows } = await db.execute<{ at: string | null }>(sql`select max(last_tick) as at from ticks`);
  const at = rows[0]?.at ?? null;
  return at === null ? null : new Date(at);
}

/** Records that an alarm is reported; false if it was before. */
export async function recordAlarm(
  tx: Tx,
  {
    kind,
    week,
    since,
  }: { readonly kind: (typeof alarmKinds)[number]; readonly week: string; readonly since: Date },
): Promise<boolean> {
  const inserted = await tx.insert(alarms).values({ kind, week, since }).onConflictDoNothing();
  return inserted.rowCount === 1;
}
