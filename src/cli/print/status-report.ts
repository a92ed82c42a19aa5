import { commandLine } from '../../domain/refusal.ts';
import type { MailEventTotals } from '../../domain/sending/mail-event.ts';
import type { IssueStatusReport } from '../../pipeline/report/issue-status.ts';
import type { Output } from '../output.ts';

const parts = ['submitted', 'skipped', 'rejected', 'cancelled', 'unknown', 'held', 'pending'] as const;

const reportedWords: MailEventTotals<string> = {
  delivered: 'delivered',
  bounced: 'bounced',
  softBounced: 'bounced softly',
  complained: 'complained',
  suppressedByProvider: 'suppressed by the provider',
  failed: 'failed',
  delayed: 'delayed at first',
  opened: 'opened',
  clicked: 'clicked',
};
type Reported = keyof typeof reportedWords;

/** The ledger in two or three lines. */
export function printStatusReport(out: Output, report: IssueStatusReport): void {
  out.print(`Issue ${report.week} (no. ${report.number}): ${report.status}`);
  out.print(`  Subject: ${report.subject}`);
  if (report.heldReason !== null) out.print(`  Held: ${report.heldReason}`);
  const resume = commandLine(`resume --week ${report.week}`);
  if (report.status === 'held') out.print(`  When that is fixed: ${resume}`);
  if (report.status === 'paused') out.print(`  Go on with: ${resume}`);
  if (report.wouldReach !== null) {
    out.print(`  Not frozen yet; it would go to ${report.wouldReach} subscriber(s) now.`);
    return;
  }
  const sum = parts.map((part) => `${report[part]} ${part}`).join(' + ');
  out.print(`  ${report.audience} audience = ${sum}${report.balances ? '' : '   DOES NOT BALANCE'}`);
  const reported = Object.entries(reportedWords).filter(([name]) => report[name as Reported] > 0);
  if (reported.length > 0) {
    out.print(
      `  Reported: ${reported.map(([name, word]) => `${report[name as Reported]} ${word}`).join(', ')}`,
    );
  }
  for (const { batch, status, recipients, reason } of report.waiting) {
    out.print(
      `  Batch ${batch} (${recipients} recipient(s)) is ${status}: ${reason ?? 'no answer for 23 hours'}`,
    );
  }
  if (report.waiting.length > 0) {
    out.print(`  Have them looked up at the provider: ${commandLine(`reconcile --week ${report.week}`)}`);
    out.print(`  What it does not know, a person answers: ${commandLine('resolve --help')}`);
  }
}
