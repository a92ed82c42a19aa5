import { localTime } from '../../domain/local-time.ts';
import { commandLine } from '../../domain/refusal.ts';
import type { MailEventTotals } from '../../domain/sending/mail-event.ts';
import { counted } from '../../domain/text.ts';
import type { IssueStatusReport } from '../../pipeline/report/issue-status.ts';
import type { Output } from '../output.ts';
import { printDecisions } from './decisions.ts';

const parts = ['submitted', 'skipped', 'rejected', 'cancelled', 'unknown', 'held', 'pending'] as const;

const eventLabels: MailEventTotals<string> = {
  delivered: 'delivered',
  bounced: 'bounced',
  softBounced: 'soft-bounced',
  complained: 'complained',
  suppressedByProvider: 'suppressed by the provider',
  failed: 'failed',
  delayed: 'delayed',
  opened: 'opened',
  clicked: 'clicked',
};
type Reported = keyof typeof eventLabels;

/** The state of an issue, what happened to its recipients, and the last decisions about it. */
export function printStatusReport(out: Output, report: IssueStatusReport, timeZone: string): void {
  if (report.number === 0) printWithoutIssue(out, report, timeZone);
  else printIssue(out, report, timeZone);
  printDecisions(out, report.decisions, { title: 'Last decisions', timeZone });
}

const withoutIssue: Partial<Record<IssueStatusReport['status'], string>> = {
  skipped: 'there was too little to send at its slot',
  missed: 'nobody composed an issue within a day of its slot',
  cancelled: 'its issue was cancelled',
  dropped: 'the schedule no longer has its slot',
};

/** A week whose slot was closed without an issue. */
function printWithoutIssue(out: Output, { week, status, slot }: IssueStatusReport, timeZone: string): void {
  out.print(`${week} has no issue: ${withoutIssue[status] ?? status}. Nobody was mailed.`);
  if (slot !== null) out.print(`  Slot: ${localTime(new Date(slot), timeZone)}`);
}

function printIssue(out: Output, report: IssueStatusReport, timeZone: string): void {
  const { week, status, slot, heldKind, heldReason, wouldReach } = report;
  out.print(`Issue ${week} (no. ${report.number}): ${status}`);
  out.print(`  Subject: ${report.subject}`);
  if (slot !== null) out.print(`  Slot: ${localTime(new Date(slot), timeZone)}`);
  if (heldReason !== null) out.print(`  Held${heldKind === 'editor' ? ' by an editor' : ''}: ${heldReason}`);
  for (const change of report.changedAtSite)
    out.print(`  Changed at the site since it was composed: ${change}`);
  const resume = commandLine(`resume --week ${week}`);
  if (status === 'held')
    out.print(`  ${heldKind === 'editor' ? 'Lift the hold' : 'Once that is fixed'}: ${resume}`);
  if (status === 'paused') {
    out.print(
      report.pausedKind === 'quota'
        ? `  Goes on by itself once the provider’s quota is renewed, or now with: ${resume}`
        : `  Continue with: ${resume}`,
    );
  }
  if (status === 'missed') {
    out.print('  Missed: it still waited when its time was over. Nobody was mailed; its edits are kept.');
    out.print(`  Open it again with: ${commandLine(`compose --week ${week}`)}`);
  } else if (wouldReach !== null) {
    out.print(
      status === 'cancelled'
        ? '  Nobody was mailed.'
        : `  Not being sent yet. It would now go to ${counted(wouldReach, 'subscriber')}.`,
    );
  } else printLedger(out, report);
}

function printLedger(out: Output, report: IssueStatusReport): void {
  const sum = parts.map((part) => `${report[part]} ${part}`).join(' + ');
  out.print(`  Audience ${report.audience} = ${sum}${report.balances ? '' : '   DOES NOT BALANCE'}`);
  const reported = Object.entries(eventLabels).filter(([name]) => report[name as Reported] > 0);
  if (reported.length > 0) {
    out.print(
      `  Reported: ${reported.map(([name, word]) => `${report[name as Reported]} ${word}`).join(', ')}`,
    );
  }
  const { trouble, templateError } = report;
  if (templateError !== null)
    out.print(`  Its template is not published at the provider, so nothing is posted: ${templateError}`);
  if (trouble !== null) {
    const { batches, reason } = trouble;
    out.print(`  ${counted(batches, 'batch', 'batches')} to be tried again, most often because: ${reason}`);
  }
  for (const { batch, status, recipients, reason } of report.waiting) {
    out.print(
      `  Batch ${batch} (${counted(recipients, 'recipient')}) is ${status}: ${reason ?? 'no answer for 23 hours'}`,
    );
  }
  printPruned(out, report);
  if (report.waiting.length > 0) {
    out.print(`  Look them up at the provider: ${commandLine(`reconcile --week ${report.week}`)}`);
    out.print(`  Then record what happened to the others: ${commandLine('resolve --help')}`);
  }
}

/** "Events by person deleted 2027-02-24; totals are kept" */
function printPruned(out: Output, { pruned }: IssueStatusReport): void {
  const { providerIds, events, deliveries, unfinished } = pruned;
  const told = [
    { at: providerIds, what: 'Ids of the provider' },
    { at: events, what: 'Events by person', but: '; totals are kept' },
    { at: deliveries, what: 'Deliveries', but: '; who was in it is no longer known' },
  ];
  for (const { at, what, but = '' } of told)
    if (at !== null) out.print(`  ${what} deleted ${at.slice(0, 10)}${but}`);
  if (unfinished)
    out.print(`  Some of that is still to be deleted. npm start does it, or: ${commandLine('prune')}`);
}
