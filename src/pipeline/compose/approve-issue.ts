import { isDeepStrictEqual } from 'node:util';
import { logDecision } from '../../db/queries/issue/issue-log.ts';
import { lockIssue } from '../../db/queries/issue/issues.ts';
import { moveIssue } from '../../db/queries/issue/move-issue.ts';
import type { Finding, Override } from '../../domain/issue/finding.ts';
import { commandLine, done, type Refusal, refuse, waitForPerson } from '../../domain/refusal.ts';
import { counted } from '../../domain/text.ts';
import type { PipelineContext } from '../context.ts';
import { heldMessage, noIssue } from '../refusals.ts';
import { blocking, findingsOf } from './check-issue.ts';
import { hashRendering, renderWithEnvelope } from './rendering.ts';
import { siteChanges } from './site-changes.ts';

export type Approval =
  | {
      readonly ok: true;
      readonly sha256: string;
      readonly findings: readonly Finding[];
      readonly overrides: readonly Override[];
      readonly already: boolean;
    }
  | (Refusal & { readonly findings: readonly Finding[] });

export interface ApprovalRequest {
  readonly by: string;
  /** Rules that this person overrides although they block, and why. */
  readonly override?: { readonly rules: readonly string[]; readonly reason: string };
}

/**
 * Binds the issue to the hash of everything that will be sent; from here on nothing is read from the settings.
 * Refused while the check finds an error that is not overridden by name, and when templates or settings changed since
 * the issue was composed. Approving does not lift a hold: a held issue is refused, with the reason. Approving twice is
 * approving once.
 */
export async function approveIssue(
  ctx: PipelineContext,
  week: string,
  request: ApprovalRequest,
): Promise<Approval> {
  const approval = await approve(ctx, week, request);
  if (approval.ok && !approval.already) {
    const { findings, overrides } = approval;
    const errors = findings.filter(({ severity }) => severity === 'error').length;
    ctx.observe({
      ...{ kind: 'checked', week, errors, overridden: overrides.length },
      warnings: findings.length - errors,
    });
    ctx.observe({ kind: 'approved', week, by: request.by });
  }
  return approval;
}

function approve(ctx: PipelineContext, week: string, request: ApprovalRequest): Promise<Approval> {
  return ctx.db.transaction(async (tx) => {
    const refused = (refusal: Refusal, findings: readonly Finding[] = []) => ({ ...refusal, findings });
    const issue = await lockIssue(tx, week);
    if (issue === null) return refused(noIssue(week));
    if (issue.status === 'held') return refused(waitForPerson(await heldMessage(tx, issue)));
    const findings = await findingsOf(ctx, tx, issue, await siteChanges(tx, issue, ctx.clock.now()));
    const stored = hashRendering(issue, issue.envelope);
    if (issue.status === 'approved' && stored === issue.approvedSha256) {
      return done({ sha256: stored, findings, overrides: issue.overrides, already: true });
    }
    if (issue.frozenAt !== null || !['draft', 'approved'].includes(issue.status)) {
      return refused(refuse(`Issue ${week} is ${issue.status}; only a draft can be approved.`));
    }
    const current = await renderWithEnvelope(issue.content, ctx.settings);
    if (current.sha256 !== issue.sha256 || stored !== issue.sha256) {
      const what = isDeepStrictEqual(current.envelope, issue.envelope)
        ? 'the templates'
        : 'settings such as MAIL_FROM or PUBLIC_URL';
      return refused(
        waitForPerson(
          `Issue ${week} was composed before ${what} changed. Compose it again: ${commandLine(`compose --week ${week}`)}`,
        ),
      );
    }
    const overridden = new Set(request.override?.rules);
    const errors = blocking(findings, overridden);
    if (errors.length > 0) {
      return refused(
        waitForPerson(`Issue ${week} is not approved: the check found ${counted(errors.length, 'error')}.`),
        findings,
      );
    }
    const at = ctx.clock.now();
    const overrides = [...new Set(blocking(findings, new Set()).map(({ rule }) => rule))].map(
      (rule): Override => ({
        rule,
        by: request.by,
        reason: request.override?.reason ?? '',
        at: at.toISOString(),
      }),
    );
    const decision = { at, who: request.by };
    for (const { rule, reason } of overrides) {
      await logDecision(tx, {
        ...{ ...decision, week, issueId: issue.id, what: 'override' },
        reason: `${rule}: ${reason}`,
      });
    }
    await moveIssue(tx, issue.id, 'approve', decision, {
      approvedSha256: issue.sha256,
      approvedBy: request.by,
      approvedAt: at,
      overrides,
    });
    return done({ sha256: issue.sha256, findings, overrides, already: false });
  });
}
