import { commandLine } from '../../domain/refusal.ts';
import type { MailEventTotals } from '../../domain/sending/mail-event.ts';
import { counted } from '../../domain/text.ts';
import type { IssueStatusReport } from '../../pipeline/report/issue-status.ts';
import type { Output } from '../output.ts';

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

/** The state of an issue and what happened to its recipients. */
export function printStatusReport(out: Output, report: IssueStatusReport): void {
  out.print(`Issue ${report.week} (no. ${report.number}): ${report.status}`);
  out.print(`  Subject: ${report.subject}`);
  if (report.heldReason !== null) out.print(`  Held: ${report.heldReason}`);
  const resume = commandLine(`resume --week ${report.week}`);
  if (report.status === 'held') out.print(`  Once that is fixed: ${resume}`);
  if (report.status === 'paused') out.print(`  Continue with: ${resume}`);
  if (report.wouldReach !== null) {
    out.print(
      report.status === 'cancelled'
        ? '  Nobody was mailed.'
        : `  Not being sent yet. It would now go to ${counted(report.wouldReach, 'subscriber')}.`,
    );
    return;
  }
  const sum = parts.map((part) => `${report[part]} ${part}`).join(' + ');
  out.print(`  Audience ${report.audience} = ${sum}${report.balances ? '' : '   DOES NOT BALANCE'}`);
  const reported = Object.entries(eventLabels).filter(([name]) => report[name as Reported] > 0);
  if (reported.length > 0) {
    out.print(
      `  Reported: ${reported.map(([name, word]) => `${report[name as Reported]} ${word}`).join(', ')}`,
    );
  }
  for (const { batch, status, recipients, reason } of report.waiting) {
    out.print(
      `  Batch ${batch} (${counted(recipients, 'recipient')}) is ${status}: ${reason ?? 'no answer for 23 hours'}`,
    );
  }
  if (report.waiting.length > 0) {
    out.print(`  Look them up at the provider: ${commandLine(`reconcile --week ${report.week}`)}`);
    out.print(`  Then record what happened to the others: ${commandLine('resolve --help')}`);
  }
}
