import { findIssue, type IssueRow } from '../../db/queries/issue/issues.ts';
import { countAudience } from '../../db/queries/sending/freeze.ts';
import { ledgerTotals } from '../../db/queries/sending/ledger.ts';
import { commandLine } from '../../domain/refusal.ts';
import type { Notice } from '../../queue/jobs.ts';
import { renderMail, type TemplateMail } from '../../render/render-mail.ts';
import { checkIssue } from '../compose/check-issue.ts';
import type { PipelineContext } from '../context.ts';
import { noticeKey } from './tell-editors.ts';

/**
 * Mails a notice to the editors, one email each. The key is the notice's, so that a second run is no second
 * mail. Throws when the provider does not take it, for the queue to try again.
 */
export async function notifyEditors(ctx: PipelineContext, notice: Notice, at: Date): Promise<void> {
  const { editorEmails, from, replyTo } = ctx.settings;
  if (editorEmails.length === 0) return;
  const mail = notice.kind === 'draft-ready' ? await draftReady(ctx, notice.week) : await other(ctx, notice);
  if (mail === null) return;
  const prepared = await ctx.mailer.prepare({
    group: 'editors',
    date: at,
    emails: editorEmails.map((to) => ({
      from,
      to,
      replyTo,
      ...mail,
      headers: {},
      tags: { notice: notice.kind },
    })),
  });
  const outcome = await prepared.post(noticeKey(notice));
  // Taken earlier under this key, with other figures: the editors know.
  if (outcome.kind === 'unknown') return;
  if (outcome.kind !== 'submitted')
    throw new Error(`the notice ${notice.kind} was not taken: ${outcome.reason}`);
}

async function draftReady(ctx: PipelineContext, week: string): Promise<TemplateMail | null> {
  const checked = await checkIssue(ctx, week);
  if (!checked.ok) return null;
  const { issue, findings } = checked;
  const { comparisons } = issue.content;
  return renderMail('draft-ready', {
    newsletter: ctx.settings.publication.name,
    week,
    subject: issue.subject,
    comparisonCount: counted(comparisons.length, 'comparison'),
    comparisons: comparisons.map(({ tools: [a, b] }) => `${a.name} vs ${b.name}`),
    findingCount: counted(findings.length, 'finding'),
    findings: findings.map(({ severity, where, what }) => `${severity} (${where}): ${what}`),
    audience: counted(await countAudience(ctx.db, ctx.clock.now()), 'reader'),
    goesOut: ctx.settings.approval === 'auto' ? 'at its slot, unless held' : 'once approved',
    next: nextStep(ctx, week),
    previewCommand: commandLine('preview'),
  });
}

function nextStep({ settings }: PipelineContext, week: string): string {
  return settings.approval === 'auto'
    ? `Nothing to do if it is fine. Stop it with: ${commandLine(`hold --week ${week}`)}`
    : `Approve it with: ${commandLine(`approve --week ${week} --by NAME`)}`;
}

async function other(
  ctx: PipelineContext,
  notice: Exclude<Notice, { kind: 'draft-ready' }>,
): Promise<TemplateMail> {
  const { week } = notice;
  const issue = await findIssue(ctx.db, week);
  const said = await say(ctx, notice, issue);
  return renderMail('editor-notice', { newsletter: ctx.settings.publication.name, week, ...said });
}

interface Said {
  readonly label: string;
  readonly headline: string;
  readonly lines: readonly string[];
  readonly next: string;
}

async function say(
  ctx: PipelineContext,
  notice: Exclude<Notice, { kind: 'draft-ready' }>,
  issue: IssueRow | null,
): Promise<Said> {
  const { week } = notice;
  const subject = issue?.subject ?? week;
  switch (notice.kind) {
    case 'approval-reminder':
      return {
        label: 'Waits for approval',
        headline: subject,
        lines: [`Its time was ${notice.slot}. Nobody has approved it yet, so nobody got it.`],
        next: `Approve it with: ${commandLine(`approve --week ${week} --by NAME`)}`,
      };
    case 'issue-held':
      return {
        label: 'Held',
        headline: subject,
        lines: [notice.reason, 'It waits for a person.'],
        next: `Fix the cause, then: ${commandLine(`resume --week ${week}`)}`,
      };
    case 'issue-sent':
      return {
        label: 'Sent',
        headline: subject,
        lines: await figures(ctx, issue),
        next: `See where everyone stands with: ${commandLine(`status --week ${week}`)}`,
      };
    case 'issue-skipped':
      return {
        label: 'Skipped',
        headline: `No issue for ${week}`,
        lines: [`At ${notice.slot} there was no new comparison to send. Nobody was mailed.`],
        next: `What comes later is a candidate for the next issue: ${commandLine('plan')}`,
      };
    case 'slot-overdue':
    case 'sending-stalled':
      return {
        label: notice.kind === 'slot-overdue' ? 'Late' : 'Stands still',
        headline: subject,
        lines: [notice.reason, ...(await figures(ctx, issue))],
        next: `See what it waits for: ${commandLine(`status --week ${week}`)}`,
      };
    case 'slot-missed':
      return {
        label: 'Missed',
        headline: `The issue of ${week} did not go out`,
        lines: [`Everything was down at ${notice.slot} and for more than 24 hours after it.`],
        next: `Send it by hand if it is still news: ${commandLine(`weekly --week ${week}`)}`,
      };
    case 'sign-ups-slowed':
      return {
        label: 'Sign-ups slowed down',
        headline: 'Somebody may be using the sign-up form to mail strangers',
        lines: signUpFigures(notice),
        next: 'Confirmation mails go at a tenth of their budget until it is over. Nothing to do; a proxy that hides where readers come from is the usual false alarm (TRUST_PROXY).',
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

function signUpFigures({
  since,
  signUps,
  fromFewNetworks,
  unconfirmed,
}: Extract<Notice, { kind: 'sign-ups-slowed' | 'sign-ups-normal' }>): string[] {
  return [
    `Within the hour before ${since}: ${counted(signUps, 'sign-up')}`,
    `${fromFewNetworks} of them from few networks; ${unconfirmed} mailed and unconfirmed`,
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

const counted = (n: number, noun: string) => `${n} ${noun}${n === 1 ? '' : 's'}`;
