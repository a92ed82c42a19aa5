import { findIssue } from '../../db/queries/issue/issues.ts';
import type { Finding } from '../../domain/issue/finding.ts';
import { commandLine, done, type Refusal, waitForPerson } from '../../domain/refusal.ts';
import { approveIssue } from '../compose/approve-issue.ts';
import { blocking, checkIssue } from '../compose/check-issue.ts';
import { composeIssue } from '../compose/compose-issue.ts';
import type { Candidates } from '../compose/select-candidates.ts';
import type { PipelineContext } from '../context.ts';
import { tellEditors } from '../notify/tell-editors.ts';
import { type Sent, sendIssue } from '../send/send-issue.ts';

type LeftOut = Candidates['leftOut'];

export type Week =
  | ({
      readonly ok: true;
      readonly kind: 'sent';
      readonly findings: readonly Finding[];
      readonly leftOut: LeftOut;
    } & Sent)
  | { readonly ok: true; readonly kind: 'already'; readonly status: 'sent' | 'cancelled' }
  | { readonly ok: true; readonly kind: 'nothing-new'; readonly leftOut: LeftOut }
  | (Refusal & { readonly findings: readonly Finding[] });

type SendOptions = NonNullable<Parameters<typeof sendIssue>[2]>;

/**
 * The main job: compose (cutoff now), check, approve under `APPROVAL=auto`, freeze, send until finished. An
 * issue that is already on its way is continued, one already sent is left alone, without candidates nothing
 * is recorded and nobody mailed.
 */
export async function runWeek(ctx: PipelineContext, week: string, options: SendOptions = {}): Promise<Week> {
  const refused = (refusal: Refusal, findings: readonly Finding[] = []) => ({ ...refusal, findings });
  const existing = await findIssue(ctx.db, week);
  const status = existing?.status;
  if (status === 'sent' || status === 'cancelled') {
    return done({ kind: 'already' as const, status });
  }
  if (status === 'held' || status === 'paused') {
    const why = existing?.heldReason ?? 'a person paused it.';
    return refused(
      waitForPerson(`Issue ${week} is ${status}: ${why} Go on with: ${commandLine(`resume --week ${week}`)}`),
    );
  }

  let findings: readonly Finding[] = [];
  let leftOut: LeftOut = [];
  if (status === undefined || status === 'draft') {
    // Between two steps another run of the week may have got ahead: then go on from where it is.
    const gotAhead = async () => (await findIssue(ctx.db, week))?.status !== 'draft';
    const composed = await composeIssue(ctx, week);
    if (!composed.ok) return (await gotAhead()) ? runWeek(ctx, week, options) : refused(composed);
    if (composed.kind === 'nothing-new') return composed;
    leftOut = composed.leftOut;
    const checked = await checkIssue(ctx, week);
    if (!checked.ok) return refused(checked);
    findings = checked.findings;
    const errors = blocking(findings, new Set()).length;
    if (errors > 0 || ctx.settings.approval === 'required') {
      const { sha256 } = composed.issue;
      await ctx.db.transaction((tx) => tellEditors(ctx, tx, { kind: 'draft-ready', week, sha256 }));
      const approve = commandLine(`approve --week ${week} --by NAME`);
      const again = ctx.settings.approval === 'required' ? approve : commandLine(`weekly --week ${week}`);
      const why =
        errors > 0
          ? `${errors} error(s) of the check block it. When they are fixed: ${again}`
          : `it waits for approval: ${approve}`;
      return refused(waitForPerson(`Issue ${week} is not sent: ${why}`), findings);
    }
    const approval = await approveIssue(ctx, week, { by: 'weekly (APPROVAL=auto)' });
    if (!approval.ok) return (await gotAhead()) ? runWeek(ctx, week, options) : approval;
  }
  const sent = await sendIssue(ctx, week, options);
  return sent.ok ? { kind: 'sent', findings, leftOut, ...sent } : refused(sent);
}
