import { findIssue, readUnfrozen } from '../../db/queries/issue/issues.ts';
import type { Finding } from '../../domain/issue/finding.ts';
import type { IssueStatus } from '../../domain/issue/issue.ts';
import { commandLine, done, type Refusal, waitForPerson } from '../../domain/refusal.ts';
import { counted } from '../../domain/text.ts';
import { approveIssue } from '../compose/approve-issue.ts';
import { blocking, checkIssue } from '../compose/check-issue.ts';
import { composeIssue } from '../compose/compose-issue.ts';
import type { Candidates } from '../compose/select-candidates.ts';
import type { PipelineContext } from '../context.ts';
import { enqueueNotice } from '../notify/enqueue-notice.ts';
import { heldMessage } from '../refusals.ts';
import { type SendOptions, type Sent, sendIssue } from '../send/send-issue.ts';

type LeftOut = Candidates['leftOut'];

export type WeekResult =
  | ({
      readonly ok: true;
      readonly kind: 'sent';
      readonly findings: readonly Finding[];
      readonly leftOut: LeftOut;
    } & Sent)
  | { readonly ok: true; readonly kind: 'already'; readonly status: 'sent' | 'cancelled' }
  | {
      readonly ok: true;
      readonly kind: 'nothing-new';
      readonly leftOut: LeftOut;
      /** Weeks whose drafts have taken comparisons. */
      readonly drafts: readonly string[];
    }
  | (Refusal & { readonly findings: readonly Finding[] });

/**
 * The main job, now: compose (cutoff: now), check, approve under `APPROVAL=auto`, freeze, deliver until finished. Run
 * again, it goes on with an issue that is being sent and leaves alone one that was sent. Without candidates nothing
 * is recorded and nobody is mailed.
 */
export async function runWeek(
  ctx: PipelineContext,
  week: string,
  by: string,
  options: SendOptions = {},
): Promise<WeekResult> {
  const refused = (refusal: Refusal, findings: readonly Finding[] = []) => ({ ...refusal, findings });
  const existing = await findIssue(ctx.db, week);
  const status = existing?.status;
  if (status === 'sent' || status === 'cancelled') {
    return done({ kind: 'already' as const, status });
  }
  if (existing?.status === 'held') return refused(waitForPerson(await heldMessage(ctx.db, existing)));
  if (status === 'paused') {
    return refused(
      waitForPerson(`Issue ${week} is paused. Go on with: ${commandLine(`resume --week ${week}`)}`),
    );
  }

  let findings: readonly Finding[] = [];
  let leftOut: LeftOut = [];
  if (isDraftable(status)) {
    // Another run of the week may take a step between two of ours: then go on from where it is.
    const isOvertaken = async () => (await findIssue(ctx.db, week))?.status !== 'draft';
    const composed = await composeIssue(ctx, week, { by });
    if (!composed.ok) return (await isOvertaken()) ? runWeek(ctx, week, by, options) : refused(composed);
    if (composed.kind === 'nothing-new') return { ...composed, drafts: await otherDrafts(ctx, week) };
    leftOut = composed.leftOut;
    const checked = await checkIssue(ctx, week);
    if (!checked.ok) return refused(checked);
    findings = checked.findings;
    const errors = blocking(findings, new Set()).length;
    if (errors > 0 || ctx.settings.approval === 'required') {
      const { sha256 } = composed.issue;
      await ctx.db.transaction((tx) => enqueueNotice(ctx, tx, { kind: 'draft-ready', week, sha256 }));
      const approve = commandLine(`approve --week ${week} --by NAME`);
      const again = ctx.settings.approval === 'required' ? approve : commandLine(`weekly --week ${week}`);
      const why =
        errors > 0
          ? `the check found ${counted(errors, 'error')}. When that is fixed: ${again}`
          : `it waits for approval: ${approve}`;
      return refused(waitForPerson(`Issue ${week} is not sent: ${why}`), findings);
    }
    const approval = await approveIssue(ctx, week, { by });
    if (!approval.ok) return (await isOvertaken()) ? runWeek(ctx, week, by, options) : approval;
  }
  const sent = await sendIssue(ctx, week, by, options);
  return sent.ok ? { kind: 'sent', findings, leftOut, ...sent } : refused(sent);
}

const isDraftable = (status: IssueStatus | undefined) =>
  status === undefined || status === 'draft' || status === 'missed';

async function otherDrafts(ctx: PipelineContext, week: string): Promise<string[]> {
  return (await readUnfrozen(ctx.db)).map((issue) => issue.week).filter((other) => other !== week);
}
