import { addHours } from 'date-fns/addHours';
import { findIssue } from '../../db/queries/issue/issues.ts';
import { countAudience } from '../../db/queries/sending/freeze.ts';
import { nextSlots } from '../../domain/issue/schedule.ts';
import { weekKeyOf } from '../../domain/issue/week.ts';
import { selectCandidates } from '../compose/select-candidates.ts';
import type { PipelineContext } from '../context.ts';

export interface PlannedSlot {
  /** ISO instant. */
  readonly slot: string;
  /** ISO instant at which the draft is composed, at the next tick if that is due already; also the cutoff. */
  readonly composeAt: string;
  readonly week: string;
  /** Of the week's issue, if there is one already. */
  readonly status: string | null;
  /** Slugs that the slot would send as things are now; earlier slots take theirs first. */
  readonly comparisons: readonly string[];
  readonly audience: number;
}

/** What the next slots would send, and to how many, as things are now. Reads only. */
export async function planSlots(ctx: PipelineContext, count: number): Promise<readonly PlannedSlot[]> {
  const { schedule, reviewHours, maxComparisons, maxPriceAgeDays } = ctx.settings;
  const audience = await countAudience(ctx.db, ctx.clock.now());
  const taken = new Set<string>();
  const planned: PlannedSlot[] = [];
  const now = ctx.clock.now();
  for (const slot of nextSlots(schedule, now, count)) {
    const week = weekKeyOf(slot, schedule.timeZone);
    const cutoff = new Date(Math.max(addHours(slot, -reviewHours).getTime(), now.getTime()));
    const issue = await findIssue(ctx.db, week);
    const candidates = await selectCandidates(ctx.db, {
      cutoff,
      exceptIssue: issue?.id ?? null,
      maxPriceAgeDays,
    });
    const own = issue?.status === 'missed' ? null : issue?.content.comparisons;
    const comparisons =
      own ?? candidates.comparisons.filter(({ slug }) => !taken.has(slug)).slice(0, maxComparisons);
    const slugs = comparisons.map(({ slug }) => slug);
    for (const slug of slugs) taken.add(slug);
    planned.push({
      slot: slot.toISOString(),
      composeAt: cutoff.toISOString(),
      week,
      status: issue?.status ?? null,
      comparisons: slugs,
      audience,
    });
  }
  return planned;
}
