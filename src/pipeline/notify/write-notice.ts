import { findIssue, type IssueRow } from '../../db/queries/issue/issues.ts';
import { countAudience } from '../../db/queries/sending/freeze.ts';
import { ledgerTotals } from '../../db/queries/sending/ledger.ts';
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
        label: notice.reason === null ? 'Waits for approval' : 'Waits',
        headline,
        lines: [
          `Its slot was ${notice.slot}. Nobody has received it.`,
          notice.reason ?? 'It has not been approved.',
        ],
        next: whatWaitingNeeds(week, issue, notice.reason),
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
    case 'reader-mail-given-up':
    case 'editors-untold':
      return {
        label: 'Mails not sent',
        headline: notice.kind === 'editors-untold' ? 'To an editor' : 'To readers',
        lines: [notice.reason],
        next: `See what is wrong with: ${commandLine('doctor')}`,
      };
    case 'too-few':
      return {
        label: 'Too few comparisons',
        headline: `${counted(notice.found, 'comparison')} for ${week} so far`,
        lines: [
          `An issue needs at least ${notice.atLeast} (MIN_COMPARISONS). It is tried again every minute until its slot, ${notice.slot}; then it is skipped.`,
        ],
        next: `See what it would contain with: ${commandLine('plan')}`,
      };
    case 'issues-missed':
      return {
        label: 'Missed',
        headline: `The issue of ${notice.missed.map((each) => each.week).join(', ')} did not go out`,
        lines: notice.missed.flatMap(missedLines),
        next: 'Its comparisons go with the next issue, as long as they are not too old. There is nothing to do.',
      };
    case 'slot-moved':
      return {
        label: 'Moved',
        headline: `${headline} goes out at ${notice.to}`,
        lines: [
          `The schedule changed. It was to go out at ${notice.from}.`,
          ...(notice.toWeek === week ? [] : [`It is now the issue of ${notice.toWeek}.`]),
          ...(notice.approvalVoid ? ['Its approval is void, since it was composed anew.'] : []),
        ],
        next: `See it with: ${commandLine(`status --week ${notice.toWeek}`)}`,
      };
    case 'site-changed':
      return {
        label: 'Changed at the site',
        headline,
        lines: [
          ...notice.changes,
          becameOf[notice.became],
          ...(notice.held === null ? [] : [`It is held: ${notice.held}`]),
        ],
        next:
          notice.held === null
            ? `See the issue with: ${status}`
            : `Change it with ${commandLine(`edit --week ${week}`)}, then: ${commandLine(`resume --week ${week}`)}`,
      };
    case 'clock-was-ahead':
      return {
        label: 'Clock',
        headline: 'The clock of the machine was ahead and is right again',
        lines: [
          notice.reopened.length === 0
            ? 'No slot was closed too early.'
            : `Slots that are still to come are open again: ${notice.reopened.join(', ')}`,
        ],
        next: 'See the coming slots with: '.concat(commandLine('plan')),
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

function whatWaitingNeeds(week: string, issue: IssueRow | null, reason: string | null): string {
  const approve = commandLine(`approve --week ${week} --by NAME`);
  if (reason === null) return `Approve it with: ${approve}`;
  if (issue?.status === 'draft') return `Fix the cause, then: ${approve}`;
  if (issue?.status === 'held') return `Fix the cause, then: ${commandLine(`resume --week ${week}`)}`;
  return `See where it stands with: ${commandLine(`status --week ${week}`)}`;
}

const becameOf = {
  stands:
    'The issue is approved, so it goes out as it was approved. Any edit takes the changes in and withdraws the approval.',
  'held as it is': 'Too few comparisons are left to compose it again, so the held draft stays as it is.',
  'composed anew':
    'The draft was composed anew with these changes and its edits. The time to look at it starts anew.',
  'taken back':
    'Too few comparisons are left, so there is no draft any more. Its edits are kept for the next one.',
} as const;

function missedLines({ week, slot, titles }: Missed): string[] {
  const when = slot === null ? 'It had no slot to come.' : `Its slot was ${slot}.`;
  return [`${week}: ${when}`, ...titles.map((title) => `Rolls over: ${title}`)];
}

type Missed = Extract<Notice, { kind: 'issues-missed' }>['missed'][number];

/** This notice is about an issue that is held, or one that could not be approved or frozen at its slot. */
function heldText(reason: string, week: string, issue: IssueRow | null): NoticeText {
  const headline = issue?.subject ?? week;
  const status = commandLine(`status --week ${week}`);
  if (issue?.heldKind === 'outcomes') {
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
