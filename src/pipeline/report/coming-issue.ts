import { findIssue, type IssueRow, readUnfinished, readUnfrozen } from '../../db/queries/issue/issues.ts';
import { findOpenSlot, findSlotOfWeek } from '../../db/queries/issue/slots.ts';
import { nextSlots, slotOfWeek } from '../../domain/issue/schedule.ts';
import { weekKeyOf } from '../../domain/issue/week.ts';
import type { PipelineContext } from '../context.ts';

export interface ComingIssue {
  readonly week: string;
  /** When it goes out; null when no slot is to come. */
  readonly slot: Date | null;
  /** Null while it is not composed. */
  readonly issue: IssueRow | null;
}

type Context = Pick<PipelineContext, 'db' | 'clock' | 'settings'>;

/** So many slots ahead; more than enough to find a week that is not finished. */
const slotsAhead = 12;

/**
 * The issue that goes out next, which every command on drafts means without `--week`: the earliest that is not frozen
 * and whose slot is still open, else the week of the next slot that has no finished issue. Reads only.
 */
export async function comingIssue(ctx: Context): Promise<ComingIssue> {
  for (const issue of await readUnfrozen(ctx.db)) {
    const slot = await slotToCome(ctx, issue.week);
    if (slot !== null) return { week: issue.week, slot, issue };
  }
  const { schedule } = ctx.settings;
  const slots = nextSlots(schedule, ctx.clock.now(), slotsAhead);
  for (const slot of slots) {
    const week = weekKeyOf(slot, schedule.timeZone);
    const issue = await findIssue(ctx.db, week);
    if (issue === null || issue.status === 'missed') return { week, slot, issue };
  }
  return { week: weekKeyOf(ctx.clock.now(), schedule.timeZone), slot: null, issue: null };
}

/** The issue that is being sent, or stopped on the way; null when there is none. Reads only. */
export async function unfinishedIssue({ db }: Pick<Context, 'db'>): Promise<IssueRow | null> {
  const [first] = await readUnfinished(db);
  return first ?? null;
}

/** When a week's unfrozen issue goes out: its open slot, or the one that the schedule names for it. */
export async function slotToCome(ctx: Context, week: string): Promise<Date | null> {
  const open = await findOpenSlot(ctx.db, week);
  if (open !== null) return open.slot;
  const planned = slotOfWeek(ctx.settings.schedule, week);
  if (planned === null || planned <= ctx.clock.now()) return null;
  return (await findSlotOfWeek(ctx.db, week)) === null ? planned : null;
}
