import { findIssue, type IssueRow } from '../../db/queries/issue/issues.ts';
import { countAudience } from '../../db/queries/sending/freeze.ts';
import { ledgerTotals } from '../../db/queries/sending/ledger.ts';
import { isHeldForOutcomes } from '../../domain/issue/issue.ts';
import { commandLine } from '../../domain/refusal.ts';
import { counted } from '../../domain/text.ts';
import type { Notice } from '../../queue/jobs.ts';
import { renderMail, type TemplateMail } from '../../render/render-mail.ts';
import { blocking, checkIssue } from '../compose/check-issue.ts';
import type { PipelineContext } from '../context.ts';

type DraftReady = Extract<Notice, { kind: 'draft-ready' }>;
type OtherNotice = Exclude<Notice, DraftReady>;

/** The mail for a notice, with the figures of this moment; null when the draft it announces is gone. Reads only. */
export async function writeNotice(ctx: PipelineContext, notice: Notice): Promise<TemplateMail | null> {
  if (notice.kind === 'draft-ready') return writeDraftReady(ctx, notice.week);
  const { week } = notice;
  const text = await textOf(ctx, notice, await findIssue(ctx.db, week));
  return renderMail('editor-notice', { newsletter: ctx.settings.publication.name, week, ...text });
}

async function writeDraftReady(ctx: PipelineContext, week: string): Promise<TemplateMail | null> {
  const checked = await checkIssue(ctx, week);
  if (!checked.ok) return null;
  const { issue, findings, overrides } = checked;
  const { comparisons } = issue.content;
  const blocked = blocking(findings, new Set(overrides.map(({ rule }) => rule))).length > 0;
  return renderMail('draft-ready', {
    newsletter: ctx.settings.publication.name,
    week,
    subject: issue.subject,
    comparisonCount: counted(comparisons.length, 'comparison'),
    comparisons: comparisons.map(({ tools: [a, b] }) => `${a.name} vs ${b.name}`),
    findingCount: counted(findings.length, 'finding'),
    findings: findings.map(({ severity, where, what }) => `${severity} (${where}): ${what}`),
    audience: counted(await countAudience(ctx.db, ctx.clock.now()), 'reader'),
    ...whatNext(ctx, week, blocked),
    previewCommand: commandLine('preview'),
  });
}

function whatNext({ settings }: PipelineContext, week: string, blocked: boolean) {
  const approve = commandLine(`approve --week ${week} --by NAME`);
  if (blocked) {
    return {
      goesOut: 'once its errors are fixed',
      next: `Fix the errors with ${commandLine(`edit --week ${week}`)}, or override their rules: ${approve} --override RULE --reason TEXT`,
    };
  }
  return settings.approval === 'auto'
    ? {
        goesOut: 'at its slot, unless held',
        next: `If it is fine, there is nothing to do. To stop it: ${commandLine(`hold --week ${week}`)}`,
      }
    : { goesOut: 'once approved', next: `Approve it with: ${approve}` };
}

interface NoticeText {
  readonly label: string;
  readonly headline: string;
  readonly lines: readonly string[];
  readonly next: string;
}

async function textOf(
  ctx: PipelineContext,
  notice: OtherNotice,
  issue: IssueRow | null,
): Promise<NoticeText> {
  const { week } = notice;
  const headline = issue?.subject ?? week;
  const status = commandLine(`status --week ${week}`);
  switch (notice.kind) {
    case 'approval-reminder':
      return {
        label: 'Waits for approval',
        headline,
        lines: [`Its slot was ${notice.slot}. It has not been approved, so nobody has received it.`],
        next: `Approve it with: ${commandLine(`approve --week ${week} --by NAME`)}`,
      };
    case 'issue-held':
      return heldText(notice.reason, week, issue);
    case 'issue-sent':
      return {
        label: 'Sent',
        headline,
        lines: await figures(ctx, issue),
        next: `See the whole ledger with: ${status}`,
      };
    case 'issue-skipped':
      return {
        label: 'Skipped',
        headline: `No issue for ${week}`,
        lines: [`At the slot, ${notice.slot}, there was no new comparison to send. Nobody was mailed.`],
        next: `See what the next issue would contain with: ${commandLine('plan')}`,
      };
    case 'slot-overdue':
    case 'sending-stalled':
      return {
        label: notice.kind === 'slot-overdue' ? 'Late' : 'Stalled',
        headline,
        lines: [notice.reason, ...(await figures(ctx, issue))],
        next: `See what it waits for with: ${status}`,
      };
    case 'slot-missed':
      return {
        label: 'Missed',
        headline: `The issue of ${week} did not go out`,
        lines: [
          `It was not sent within 24 hours of its slot, ${notice.slot}. Most likely npm start was not running.`,
        ],
        next: `If it is still news, send it now: ${commandLine(`weekly --week ${week}`)}`,
      };
    case 'sign-ups-slowed':
      return {
        label: 'Sign-ups slowed down',
        headline: 'Someone may be using the sign-up form to mail strangers',
        lines: signUpFigures(notice),
        next: 'Until it stops, confirmation mails are limited to a tenth of their budget. There is nothing to do, unless your site is behind a proxy that hides where readers come from; then set TRUST_PROXY.',
      };
    case 'sign-ups-normal':
      return {
        label: 'Sign-ups back to normal',
        headline: 'Confirmation mails go at full pace again',
        lines: signUpFigures(notice),
        next: 'Nothing to do.',
      };
  }
}

/** This notice is about an issue that is held, or one that could not be approved or frozen at its slot. */
function heldText(reason: string, week: string, issue: IssueRow | null): NoticeText {
  const headline = issue?.subject ?? week;
  const status = commandLine(`status --week ${week}`);
  if (isHeldForOutcomes(reason)) {
    const next = `They are looked up at the provider now. If that settles them, the issue goes on by itself; otherwise see what to do with: ${status}`;
    return { label: 'Held', headline, lines: [reason], next };
  }
  switch (issue?.status) {
    case 'held': {
      const next = `Fix the cause, then: ${commandLine(`resume --week ${week}`)}`;
      return { label: 'Held', headline, lines: [reason, 'Nothing is sent until it is resumed.'], next };
    }
    case 'draft': {
      const next = `Fix the cause, then: ${commandLine(`approve --week ${week} --by NAME`)}`;
      return { label: 'Not sent', headline, lines: [reason, 'Nothing is sent until it is approved.'], next };
    }
    default:
      return { label: 'Not sent', headline, lines: [reason], next: `See where it stands with: ${status}` };
  }
}

function signUpFigures({
  since,
  signUps,
  fromFewNetworks,
  unconfirmed,
}: Extract<Notice, { kind: 'sign-ups-slowed' | 'sign-ups-normal' }>): string[] {
  return [
    `In the hour before ${since}: ${counted(signUps, 'sign-up')}`,
    `${fromFewNetworks} of them came from a few networks; ${unconfirmed} were mailed and did not confirm`,
  ];
}

async function figures(ctx: PipelineContext, issue: IssueRow | null): Promise<string[]> {
  if (issue === null) return [];
  const { audience, submitted, skipped, rejected, cancelled } = await ledgerTotals(ctx.db, issue.id);
  return [
    `${counted(audience, 'reader')} in the audience`,
    `${submitted} submitted, ${skipped} skipped, ${rejected} rejected, ${cancelled} cancelled`,
  ];
}
