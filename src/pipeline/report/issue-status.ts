import { findIssue } from '../../db/queries/issue/issues.ts';
import { findDroppedSlot, findSlotOfWeek, type SlotRow } from '../../db/queries/issue/slots.ts';
import { countAudience } from '../../db/queries/sending/freeze.ts';
import {
  ledgerTotals,
  type OpenTrouble,
  readOpenTrouble,
  readWaitingBatches,
  type WaitingBatch,
} from '../../db/queries/sending/ledger.ts';
import { readMailEventTotals } from '../../db/queries/sending/mail-events.ts';
import { isPruningUnfinished } from '../../db/queries/sending/retention.ts';
import type { IssueStatus } from '../../domain/issue/issue.ts';
import type { HoldKind, PauseKind } from '../../domain/issue/moves.ts';
import { done, type Result } from '../../domain/refusal.ts';
import type { LedgerTotals } from '../../domain/sending/delivery.ts';
import { type MailEventTotals, totalsOf } from '../../domain/sending/mail-event.ts';
import { describeChange, siteChanges } from '../compose/site-changes.ts';
import type { PipelineContext } from '../context.ts';
import { noIssue } from '../refusals.ts';
import { type LoggedDecision, readDecisions } from './decisions.ts';

/** Counts of people, not of events: a reader who opened it twice counts once. */
export interface IssueStatusReport extends LedgerTotals, MailEventTotals {
  readonly week: string;
  readonly number: number;
  readonly subject: string;
  /** Where the week has no issue, what became of its slot: `skipped`, `missed`, `cancelled` or `dropped`. */
  readonly status: IssueStatus | 'skipped' | 'dropped';
  /** ISO instant of the week's slot; null where the schedule planned none. */
  readonly slot: string | null;
  readonly heldReason: string | null;
  readonly heldKind: HoldKind | null;
  readonly pausedKind: PauseKind | null;
  readonly comparisons: number;
  /** Before the freeze: what the site changed since the issue was composed, a line for each comparison. */
  readonly changedAtSite: readonly string[];
  /** Before the freeze: how many would get it now. */
  readonly wouldReach: number | null;
  /** What keeps open batches from being accepted; null when nothing does. */
  readonly trouble: OpenTrouble | null;
  /** Why its template is not published at the provider yet. */
  readonly templateError: string | null;
  /** The first batches that wait for a person, who answers with `resolve`. */
  readonly waiting: readonly WaitingBatch[];
  /** audience = submitted + skipped + rejected + cancelled + unknown + held + pending */
  readonly balances: boolean;
  /** What was deleted of it; its totals are kept. */
  readonly pruned: PrunedDetail;
  /** The last few about its week, the latest first. */
  readonly decisions: readonly LoggedDecision[];
}

/** When what was deleted of an issue: ISO instants, null for what is kept. */
export interface PrunedDetail {
  readonly providerIds: string | null;
  /** Who got it, opened it or clicked in it. */
  readonly events: string | null;
  /** Who was in it. */
  readonly deliveries: string | null;
  /** True while some of that is still to be deleted. */
  readonly unfinished: boolean;
}

/** `issues show` has them all. */
export const decisionsShown = 5;

/** The ledger of an issue. Reads only. */
export async function issueStatus(
  ctx: Pick<PipelineContext, 'db' | 'clock'>,
  week: string,
): Promise<Result<{ report: IssueStatusReport }>> {
  const issue = await findIssue(ctx.db, week);
  const slot = await findSlotOfWeek(ctx.db, week);
  const decisions = await readDecisions(ctx.db, week, decisionsShown);
  if (issue === null) return statusOfSlot(ctx, week, slot, decisions);
  const totals = await ledgerTotals(ctx.db, issue.id);
  const events = await readMailEventTotals(ctx.db, issue.id);
  const { audience, ...parts } = totals;
  const sum = Object.values(parts).reduce((a, b) => a + b, 0);
  return done({
    report: {
      week,
      number: issue.number,
      subject: issue.subject,
      status: issue.status,
      slot: slot?.slot.toISOString() ?? null,
      heldReason: issue.heldReason,
      heldKind: issue.heldKind,
      pausedKind: issue.pausedKind,
      comparisons: issue.content.comparisons.length,
      changedAtSite: (await siteChanges(ctx.db, issue, ctx.clock.now())).map(describeChange),
      wouldReach: issue.frozenAt === null ? await countAudience(ctx.db, ctx.clock.now()) : null,
      ...totals,
      ...totalsOf(events),
      trouble: await readOpenTrouble(ctx.db, issue.id),
      templateError: issue.templateError,
      waiting: await readWaitingBatches(ctx.db, issue.id, 20),
      // As stored at the freeze, not the sum of the batches, so that a lost batch shows.
      audience: issue.audience ?? audience,
      balances: sum === (issue.audience ?? 0),
      pruned: {
        providerIds: issue.idsPrunedAt?.toISOString() ?? null,
        events: issue.eventsPrunedAt?.toISOString() ?? null,
        deliveries: issue.deliveriesPrunedAt?.toISOString() ?? null,
        unfinished: await isPruningUnfinished(ctx.db, issue.id),
      },
      decisions,
    },
  });
}

const closedWithoutIssue = ['skipped', 'missed', 'cancelled'] as const;

/** A week without an issue: what became of its slot, if it is closed; nobody was mailed. */
async function statusOfSlot(
  ctx: Pick<PipelineContext, 'db'>,
  week: string,
  row: SlotRow | null,
  decisions: readonly LoggedDecision[],
): Promise<Result<{ report: IssueStatusReport }>> {
  const closed = closedWithoutIssue.find((status) => status === row?.status);
  if (row !== null && closed !== undefined) {
    return done({ report: emptyReport(week, closed, row.slot, decisions) });
  }
  const dropped = row === null ? await findDroppedSlot(ctx.db, week) : null;
  return dropped === null
    ? noIssue(week)
    : done({ report: emptyReport(week, 'dropped', dropped.slot, decisions) });
}

function emptyReport(
  week: string,
  status: IssueStatusReport['status'],
  slot: Date,
  decisions: readonly LoggedDecision[],
): IssueStatusReport {
  const nobody = {
    ...{ audience: 0, submitted: 0, skipped: 0, rejected: 0 },
    ...{ cancelled: 0, unknown: 0, held: 0, pending: 0 },
  };
  return {
    ...{ week, number: 0, subject: '', status, slot: slot.toISOString() },
    ...{ heldReason: null, heldKind: null, pausedKind: null, comparisons: 0 },
    ...{ changedAtSite: [], wouldReach: null },
    ...nobody,
    ...totalsOf({}),
    ...{ trouble: null, templateError: null },
    ...{ waiting: [], balances: true, decisions },
    pruned: { providerIds: null, events: null, deliveries: null, unfinished: false },
  };
}
