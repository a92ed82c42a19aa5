import { and, desc, eq, inArray, isNotNull, isNull, ne, sql } from 'drizzle-orm';
import type { KeptEdits } from '../../../domain/issue/issue.ts';
import type { Schedule } from '../../../domain/issue/schedule.ts';
import type { Queryable, Tx } from '../../client.ts';
import { issueLog, slots, ticks } from '../../schema/index.ts';

export type SlotRow = typeof slots.$inferSelect;

const hourMs = 3_600_000;

export interface Tick {
  /** The tick before; never in the future. */
  readonly last: Date;
  /** The first tick under the schedule in force: slots before it do not exist. */
  readonly beganAt: Date;
  /** Whether the last tick lay in the future by more than an hour: the clock had been ahead. */
  readonly wasAhead: boolean;
}

/**
 * Moves the tick on to `now`; other processes wait until the transaction ends. The first tick ever, and the first
 * under another schedule, begins that schedule.
 */
export async function advanceTick(tx: Tx, schedule: Schedule, now: Date): Promise<Tick> {
  const name = 'weekly';
  const { cron, timeZone } = schedule;
  await tx
    .insert(ticks)
    .values({ schedule: name, lastTick: now, cron, timeZone, beganAt: now, steadySince: now })
    .onConflictDoNothing();
  const [row] = await tx.select().from(ticks).where(eq(ticks.schedule, name)).for('update');
  if (row === undefined) throw new Error('the tick was removed while it was read');
  // An older release did not store the schedule; its beginning stands.
  const isAnother = row.cron !== null && (row.cron !== cron || row.timeZone !== timeZone);
  const beganAt = isAnother || row.beganAt > now ? now : row.beganAt;
  const isSteady = Math.abs(now.getTime() - row.lastTick.getTime()) <= hourMs && row.steadySince <= now;
  const steadySince = isSteady ? row.steadySince : now;
  await tx
    .update(ticks)
    .set({ lastTick: now, cron, timeZone, beganAt, steadySince })
    .where(eq(ticks.schedule, name));
  return {
    last: row.lastTick < now ? row.lastTick : now,
    beganAt,
    wasAhead: row.lastTick.getTime() - now.getTime() > hourMs,
  };
}

/**
 * Whether no clock has jumped, and no process stood still, for more than an hour within the last day: only then is
 * anything deleted for its age.
 */
export async function isClockSteady(db: Queryable, now: Date): Promise<boolean> {
  const [row] = await db.select({ since: ticks.steadySince }).from(ticks);
  return row === undefined || now.getTime() - row.since.getTime() >= 24 * hourMs;
}

/** Records a slot as planned; one that was dropped is planned again. False when it is there already. */
export async function planSlot(tx: Tx, slot: Date, week: string): Promise<boolean> {
  const planned = await tx
    .insert(slots)
    .values({ slot, week, status: 'planned' })
    .onConflictDoUpdate({
      target: slots.slot,
      set: { week, status: 'planned' },
      setWhere: eq(slots.status, 'dropped'),
    });
  return planned.rowCount === 1;
}

export async function findSlot(db: Queryable, slot: Date): Promise<SlotRow | null> {
  const [row] = await db.select().from(slots).where(eq(slots.slot, slot));
  return row ?? null;
}

/** The latest slot of a week that was not dropped, open or closed; null without one. */
export async function findSlotOfWeek(db: Queryable, week: string): Promise<SlotRow | null> {
  const [row] = await db
    .select()
    .from(slots)
    .where(and(eq(slots.week, week), ne(slots.status, 'dropped')))
    .orderBy(desc(slots.slot))
    .limit(1);
  return row ?? null;
}

export async function updateSlot(
  db: Queryable,
  slot: Date,
  values: Partial<Pick<SlotRow, 'thinToldAt' | 'edits'>>,
): Promise<void> {
  await db.update(slots).set(values).where(eq(slots.slot, slot));
}

/** Slots to come, and those whose issue has neither gone out nor been given up; oldest first. */
export async function readOpenSlots(db: Queryable): Promise<SlotRow[]> {
  return db.select().from(slots).where(isOpen).orderBy(slots.slot);
}

const isOpen = inArray(slots.status, ['planned', 'waiting']);

/** Closes a slot under this name; false, and nothing changes, when it is closed already. */
export async function closeSlot(
  tx: Tx,
  slot: Date,
  status: Exclude<SlotRow['status'], 'planned' | 'waiting'>,
): Promise<boolean> {
  const closed = await tx
    .update(slots)
    .set({ status })
    .where(and(eq(slots.slot, slot), isOpen));
  return closed.rowCount === 1;
}

/** Notes that the editors are told of too few comparisons; false when they were told before. */
export async function markThinTold(tx: Tx, slot: Date, now: Date): Promise<boolean> {
  const marked = await tx
    .update(slots)
    .set({ thinToldAt: now })
    .where(and(eq(slots.slot, slot), isNull(slots.thinToldAt)));
  return marked.rowCount === 1;
}

/** The slot that a week lost last, because the schedule no longer named it, and when; null if it never lost one. */
export async function findDroppedSlot(db: Queryable, week: string): Promise<{ slot: Date; at: Date } | null> {
  const [row] = await db
    .select({ slot: issueLog.slot, at: issueLog.at })
    .from(issueLog)
    .where(and(eq(issueLog.week, week), eq(issueLog.what, 'slot dropped')))
    .orderBy(desc(issueLog.id))
    .limit(1);
  return row === undefined || row.slot === null ? null : { slot: row.slot, at: row.at };
}

/** The open slot of a week, the next one first; null without one. */
export async function findOpenSlot(db: Queryable, week: string): Promise<SlotRow | null> {
  const [row] = await db
    .select()
    .from(slots)
    .where(and(eq(slots.week, week), isOpen))
    .orderBy(desc(slots.slot))
    .limit(1);
  return row ?? null;
}

/**
 * Opens slots again that a clock ahead of time closed, or left waiting: those in the future, and those given up at a
 * time that is still to come. Gives them back, oldest first.
 */
export async function reopenFutureSlots(tx: Tx, future: Date): Promise<SlotRow[]> {
  const reopened = await tx
    .update(slots)
    .set({ status: 'planned', remindedAt: null, thinToldAt: null })
    .where(sql`
      ${slots.slot} > ${future} and ${slots.status} in ('skipped', 'missed', 'waiting')
      or ${slots.status} in ('skipped', 'missed') and ${future} < (
        select l.at from issue_log l where l.week = ${slots.week} and l.what in ('skipped', 'missed') order by l.id desc limit 1)`)
    .returning();
  return reopened.toSorted((a, b) => a.slot.getTime() - b.slot.getTime());
}

/** The edits of a draft of this week that was taken back; null when there are none, or a later draft has them. */
export async function readKeptEdits(db: Queryable, week: string): Promise<KeptEdits | null> {
  const [row] = await db
    .select({ edits: slots.edits })
    .from(slots)
    .where(and(eq(slots.week, week), isNotNull(slots.edits)))
    .orderBy(desc(slots.slot))
    .limit(1);
  return row?.edits ?? null;
}

export async function clearKeptEdits(tx: Tx, week: string): Promise<void> {
  await tx.update(slots).set({ edits: null }).where(eq(slots.week, week));
}

const dayMs = 24 * hourMs;

/** Whether the editors have not been reminded, of anything that waits for them, for a day. */
export async function isReminderDue(db: Queryable, now: Date): Promise<boolean> {
  const { rows } = await db.execute(sql`
    select from slots where reminded_at <= ${now} and reminded_at > ${new Date(now.getTime() - dayMs)} limit 1`);
  return rows.length === 0;
}

/**
 * Notes that a slot waits for a person. True when the editors are to be reminded: at most once a day, however many
 * slots wait and processes run.
 */
export async function markWaiting(tx: Tx, slot: Date, now: Date): Promise<boolean> {
  await tx.select().from(ticks).for('update');
  const isDue = await isReminderDue(tx, now);
  const marked = await tx
    .update(slots)
    .set({ status: 'waiting', ...(isDue ? { remindedAt: now } : {}) })
    .where(and(eq(slots.slot, slot), isOpen));
  return isDue && marked.rowCount === 1;
}
