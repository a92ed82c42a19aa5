import { type Fault, fault } from '../fault.ts';

/** Against "no slot missed, none before its time, none that the schedule does not name", and against too much mail. */
export const scheduleFaults: readonly Fault[] = [
  {
    name: 'a slot that the schedule no longer names is served',
    edits: [
      {
        file: 'src/pipeline/schedule/drop-slots.ts',
        search: 'if (isSlotOf(schedule, slot, week)) continue;',
        replace: 'if (isSlotOf(schedule, slot, week) || slot > new Date(0)) continue;',
      },
      {
        file: 'src/pipeline/schedule/run-slot.ts',
        search: ' && isSlotOf(settings.schedule, slot, week);',
        replace: ' && (isSlotOf(settings.schedule, slot, week) || slot > new Date(0));',
      },
    ],
  },
  fault(
    'a new schedule begins in the past',
    'src/db/queries/issue/slots.ts',
    'const beganAt = isAnother || row.beganAt > now ? now : row.beganAt;',
    'const beganAt = isAnother || row.beganAt > now ? new Date(now.getTime() - 7 * 24 * hourMs) : row.beganAt;',
  ),
  fault(
    'a draft left behind',
    'src/pipeline/schedule/close-missed.ts',
    'if (now < closesAt(ctx, issue, open)) continue;',
    'if (now.getTime() < closesAt(ctx, issue, open).getTime() + 30 * dayMs) continue;',
  ),
  fault(
    'a slot without an issue stays open',
    'src/pipeline/schedule/close-missed.ts',
    'if (!isTooLate(ctx, slot) || !isWithoutIssue(await findIssue(tx, week))) continue;',
    'if (!isTooLate(ctx, slot) || isTooLate(ctx, slot)) continue;',
  ),
  fault(
    'slots that pass while the program is down are forgotten',
    'src/pipeline/schedule/tick.ts',
    'const from = Math.max(beganAt.getTime(), last.getTime() - reviewHours * hourMs - dayMs);',
    'const from = Math.max(beganAt.getTime(), now.getTime() - Math.min(last.getTime(), hourMs, dayMs));',
  ),
  fault(
    'no time for the editors to look',
    'src/pipeline/schedule/review-time.ts',
    'return new Date(composedAt.getTime() + minutes * 60_000);',
    'return new Date(composedAt.getTime() + minutes);',
  ),
  fault(
    'composed again, and no more time to look',
    'src/pipeline/compose/compose-issue.ts',
    '...(await reviewFrom(ctx, tx, week, existing)),',
    '...(existing === null ? await reviewFrom(ctx, tx, week, existing) : {}),',
  ),
  {
    name: 'sent when it is composed',
    edits: [
      {
        file: 'src/pipeline/schedule/tick.ts',
        search: 'if (row.slot > ctx.clock.now()) {',
        replace: 'if (row.slot > until) {',
      },
      {
        file: 'src/pipeline/schedule/run-slot.ts',
        search: '!isOpen(ctx, row) || slot > ctx.clock.now()) return;',
        replace: '!isOpen(ctx, row)) return;',
      },
    ],
  },
  fault(
    'the week of a slot is that of Greenwich',
    'src/pipeline/schedule/tick.ts',
    'await planSlot(tx, slot, weekKeyOf(slot, schedule.timeZone));',
    "await planSlot(tx, slot, weekKeyOf(slot, 'UTC'));",
  ),
  fault(
    'reminders at every tick',
    'src/db/queries/issue/slots.ts',
    'return rows.length === 0;',
    'return rows.length >= 0;',
  ),
  {
    name: 'too few, at every tick',
    edits: [
      {
        file: 'src/pipeline/schedule/run-slot.ts',
        search: 'if (row.thinToldAt !== null || slot <= ctx.clock.now()) return;',
        replace: 'if (slot <= ctx.clock.now()) return;',
      },
      {
        file: 'src/pipeline/schedule/run-slot.ts',
        search: '        found,\n        atLeast,\n',
        replace: '        found,\n        atLeast,\n        at: ctx.clock.now(),\n',
      },
      {
        file: 'src/db/queries/issue/slots.ts',
        search: '.where(and(eq(slots.slot, slot), isNull(slots.thinToldAt)));',
        replace: '.where(eq(slots.slot, slot));',
      },
    ],
  },
  fault(
    'nothing is undone when the clock is right again',
    'src/pipeline/schedule/tick.ts',
    'await undoFuture(ctx, tx, wasAhead);',
    'void [undoFuture, wasAhead];',
  ),
  fault(
    'things are deleted for their age while the clock is wrong',
    'src/audience/maintain-audience.ts',
    'if (!(await isClockSteady(ctx.db, now))) return;',
    'void isClockSteady;',
  ),
];
