import { findIssue } from '../../db/queries/issue/issues.ts';
import { findSlotOfWeek } from '../../db/queries/issue/slots.ts';
import { countAudience } from '../../db/queries/sending/freeze.ts';
import { ledgerTotals, readWaitingBatches, type WaitingBatch } from '../../db/queries/sending/ledger.ts';
import { countMailEvents } from '../../db/queries/sending/mail-events.ts';
import type { IssueStatus } from '../../domain/issue/issue.ts';
import { done, type Result } from '../../domain/refusal.ts';
import type { LedgerTotals } from '../../domain/sending/delivery.ts';
import { type MailEventTotals, totalsOf } from '../../domain/sending/mail-event.ts';
import { describeChange, siteChanges } from '../compose/site-changes.ts';
import type { PipelineContext } from '../context.ts';
import { noIssue } from '../refusals.ts';

/** Counts of people, not of events: a reader who opened it twice counts once. */
export interface IssueStatusReport extends LedgerTotals, MailEventTotals {
  readonly week: string;
  readonly number: number;
  readonly subject: string;
  /** `skipped`: there is no issue, since its slot had nothing to send. */
  readonly status: IssueStatus | 'skipped';
  readonly heldReason: string | null;
  readonly comparisons: number;
  /** Before the freeze: what the site changed since the issue was composed, a line for each comparison. */
  readonly changedAtSite: readonly string[];
  /** Before the freeze: how many would get it now. */
  readonly wouldReach: number | null;
  /** The first batches that wait for a person, who answers with `resolve`. */
  readonly waiting: readonly WaitingBatch[];
  /** audience = submitted + skipped + rejected + cancelled + unknown + held + pending */
  readonly balances: boolean;
}

/** The ledger of an issue. Reads only. */
export async function issueStatus(
  ctx: Pick<PipelineContext, 'db' | 'clock'>,
  week: string,
): Promise<Result<{ report: IssueStatusReport }>> {
  const issue = await findIssue(ctx.db, week);
  if (issue === null) {
    const slot = await findSlotOfWeek(ctx.db, week);
    return slot?.status === 'skipped' ? done({ report: skippedReport(week) }) : noIssue(week);
  }
  const totals = await ledgerTotals(ctx.db, issue.id);
  const events = await countMailEvents(ctx.db, issue.id);
  const { audience, ...parts } = totals;
  const sum = Object.values(parts).reduce((a, b) => a + b, 0);
  return done({
    report: {
      week,
      number: issue.number,
      subject: issue.subject,
      status: issue.status,
      heldReason: issue.heldReason,
      comparisons: issue.content.comparisons.length,
      changedAtSite: (await siteChanges(ctx.db, issue, ctx.clock.now())).map(describeChange),
      wouldReach: issue.frozenAt === null ? await countAudience(ctx.db, ctx.clock.now()) : null,
      ...totals,
      ...totalsOf(events),
      waiting: await readWaitingBatches(ctx.db, issue.id, 20),
      // As stored at the freeze, not the sum of the batches, so that a lost batch shows.
      audience: issue.audience ?? audience,
      balances: sum === (issue.audience ?? 0),
    },
  });
}

/** A week at whose slot there was nothing to send: no issue, nobody mailed. */
function skippedReport(week: string): IssueStatusReport {
  const nobody = {
    audience: 0,
    submitted: 0,
    skipped: 0,
    rejected: 0,
    cancelled: 0,
    unknown: 0,
    held: 0,
    pending: 0,
  };
  return {
    week,
    number: 0,
    subject: '',
    status: 'skipped',
    heldReason: null,
    comparisons: 0,
    changedAtSite: [],
    wouldReach: null,
    ...nobody,
    ...totalsOf({}),
    waiting: [],
    balances: true,
  };
}
