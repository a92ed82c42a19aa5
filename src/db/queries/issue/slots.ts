import { and, eq, inArray, lte } from 'drizzle-orm';
import type { Queryable, Tx } from '../../client.ts';
import { slots, ticks } from '../../schema/index.ts';

export type SlotRow = typeof slots.$inferSelect;

/**
 * Records that a schedule was checked at `now`, and returns when it was checked before. Other processes wait until the
 * transaction ends. The first check returns `now`: nothing from before the installation is due.
 */
export async function advanceTick(tx: Tx, schedule: string, now: Date): Promise<Date> {
  await tx.insert(ticks).values({ schedule, lastTick: now }).onConflictDoNothing();
  const [row] = await tx.select().from(ticks).where(eq(ticks.schedule, schedule)).for('update');
  const last = row?.lastTick ?? now;
  if (last < now) await tx.update(ticks).set({ lastTick: now }).where(eq(ticks.schedule, schedule));
  return last < now ? last : now;
}

/** Records a slot; false if it was recorded before. */
export async function insertSlot(tx: Tx, values: typeof slots.$inferInsert): Promise<boolean> {
  const inserted = await tx.insert(slots).values(values).onConflictDoNothing();
  return inserted.rowCount === 1;
}

export async function findSlot(db: Queryable, slot: Date): Promise<SlotRow | null> {
  const [row] = await db.select().from(slots).where(eq(slots.slot, slot));
  return row ?? null;
}

export async function updateSlot(
  db: Queryable,
  slot: Date,
  values: Partial<Pick<SlotRow, 'status' | 'remindedAt'>>,
): Promise<void> {
  await db.update(slots).set(values).where(eq(slots.slot, slot));
}

/** Slots up to `until` that are neither sent nor given up. */
export async function openSlots(db: Queryable, until: Date): Promise<SlotRow[]> {
  return db
    .select()
    .from(slots)
    .where(and(inArray(slots.status, ['planned', 'waiting']), lte(slots.slot, until)))
    .orderBy(slots.slot);
}

/** Whether the slot of this week had nothing to send. */
export async function wasSkipped(db: Queryable, week: string): Promise<boolean> {
  const rows = await db
    .select({ slot: slots.slot })
    .from(slots)
    .where(and(eq(slots.week, week), eq(slots.status, 'skipped')));
  return rows.length > 0;
}
