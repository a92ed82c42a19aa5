import type { Tx } from '../../db/client.ts';
import { type Decision, logDecision } from '../../db/queries/issue/issue-log.ts';
import { type IssueRow, issueNumberFor, lockIssue } from '../../db/queries/issue/issues.ts';
import { moveIssue } from '../../db/queries/issue/move-issue.ts';
import { analyzeLedger, insertDeliveries } from '../../db/queries/sending/freeze.ts';
import { leavePlaceholder } from '../../domain/audience/leave-mailbox.ts';
import { commandLine, done, type Result, refuse, waitForPerson } from '../../domain/refusal.ts';
import { hashRendering } from '../compose/rendering.ts';
import type { PipelineContext } from '../context.ts';
import { heldMessage, noIssue } from '../refusals.ts';

/** Jobs that deliver one issue side by side; a few are enough to reach the provider's limit. */
const jobsPerIssue = 4;

/**
 * Turns the audience of this moment into deliveries, batches and the jobs that post them, in one transaction. Killed
 * at any point and run again, the result is the same; an issue that is frozen already stays as it is. Refused unless
 * the issue is approved and its stored bytes are those that were approved.
 */
export async function freezeIssue(
  ctx: PipelineContext,
  week: string,
  by: string,
): Promise<Result<{ audience: number }>> {
  let isNew = false;
  const frozen = await ctx.db.transaction(async (tx): Promise<Result<{ audience: number }>> => {
    const issue = await lockIssue(tx, week);
    if (issue === null) return noIssue(week);
    if (issue.frozenAt !== null) return done({ audience: issue.audience ?? 0 });
    if (issue.status === 'held') return waitForPerson(await heldMessage(tx, issue));
    if (issue.status !== 'approved') {
      return waitForPerson(`Issue ${week} is ${issue.status}, not approved. ${nextStep(issue)}`);
    }
    if (hashRendering(issue, issue.envelope) !== issue.approvedSha256) {
      return waitForPerson(
        `Issue ${week} is not what was approved: its stored bytes have changed since. Compose and approve it again; nothing was sent.`,
      );
    }
    const audience = await insertDeliveries(tx, issue.id, {
      at: ctx.clock.now(),
      mayLeaveByMail: namesLeaveMailbox(issue),
    });
    if (audience === 0) return refuse(`Issue ${week} has no audience: there is no confirmed subscriber.`);
    const now = ctx.clock.now();
    await logGap(tx, issue, { at: now, who: by });
    await moveIssue(tx, issue.id, 'freeze', { at: now, who: by }, { frozenAt: now, audience });
    await enqueueDelivery(ctx, tx, week);
    isNew = true;
    return done({ audience });
  });
  if (isNew && frozen.ok) {
    ctx.observe({ kind: 'frozen', week, audience: frozen.audience, by });
    await analyze(ctx);
  }
  return frozen;
}

/** The envelope decides, not the setting, which may have changed since the approval. */
const namesLeaveMailbox = ({ envelope, placeholder }: IssueRow) =>
  Object.values(envelope.headers).some((value) => value.includes(leavePlaceholder(placeholder)));

/** After the freeze, not in it: sending goes on by key without statistics, and must not wait or fail for want of them. */
async function analyze({ db, observe }: PipelineContext): Promise<void> {
  await analyzeLedger(db).catch((error: unknown) => observe({ kind: 'failed', what: 'statistics', error }));
}

const nextStep = ({ week, status }: IssueRow) =>
  status === 'draft'
    ? `Approve it with: ${commandLine(`approve --week ${week} --by NAME`)}`
    : `Compose it again with: ${commandLine(`compose --week ${week}`)}`;

/** An approved issue keeps its number, so that one before it that was missed or cancelled leaves a gap. */
async function logGap(tx: Tx, issue: IssueRow, decision: Decision): Promise<void> {
  const next = await issueNumberFor(tx, issue.week);
  if (issue.number <= next) return;
  const reason = `number ${next} stays free: this issue was approved as number ${issue.number}`;
  await logDecision(tx, {
    ...decision,
    week: issue.week,
    issueId: issue.id,
    what: 'gap in the numbers',
    reason,
  });
}

/** Enqueues the jobs that deliver an issue once `tx` commits; those that wait or run already are not doubled. */
export async function enqueueDelivery(ctx: PipelineContext, tx: Tx, week: string): Promise<void> {
  for (let n = 1; n <= jobsPerIssue; n += 1) {
    await ctx.queue.enqueue(tx, 'deliver-issue', `${week}-${n}`, { week });
  }
}
