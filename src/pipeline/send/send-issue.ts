import { findIssue } from '../../db/queries/issue/issues.ts';
import { ledgerTotals } from '../../db/queries/sending/ledger.ts';
import type { Observe } from '../../domain/event.ts';
import { done, type Result, waitForPerson } from '../../domain/refusal.ts';
import type { LedgerTotals } from '../../domain/sending/delivery.ts';
import type { PipelineContext } from '../context.ts';
import { heldMessage, noIssue } from '../refusals.ts';
import { deliverIssue } from './deliver-issue.ts';
import type { DeliverOptions } from './delivery.ts';
import { freezeIssue } from './freeze-issue.ts';
import { type OutlastOptions, outlastDatabase } from './outlast-database.ts';

export interface Sent {
  /** Recipients that the provider accepted from this process; others may be sending the same issue. */
  readonly submittedNow: number;
}

export interface SendOptions extends DeliverOptions, OutlastOptions {
  readonly onFrozen?: (before: LedgerTotals) => void;
}

/**
 * Freezes an approved issue and delivers it, through outages of the database. A second run goes on where the first ended
 * and never repeats.
 */
export async function sendIssue(
  ctx: PipelineContext,
  week: string,
  by: string,
  options: SendOptions = {},
): Promise<Result<Sent>> {
  const issue = await findIssue(ctx.db, week);
  if (issue === null) return noIssue(week);
  if (issue.status === 'held') return waitForPerson(await heldMessage(ctx.db, issue));
  const frozen = await outlastDatabase(() => freezeIssue(ctx, week, by), options);
  if (!frozen.ok) return frozen;
  options.onFrozen?.(await outlastDatabase(() => ledgerTotals(ctx.db, issue.id), options));
  let submittedNow = 0;
  const observe: Observe = (event) => {
    if (event.kind === 'batch-answered') submittedNow += event.submitted;
    ctx.observe(event);
  };
  const delivered = await outlastDatabase(() => deliverIssue({ ...ctx, observe }, week, options), options);
  if (!delivered.ok) return delivered;
  return done({ submittedNow });
}
