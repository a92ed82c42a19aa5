import { commandLine } from '../../domain/command-line.ts';
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
export function sayReport(out: Output, report: IssueStatusReport): void {
  out.say(`Issue ${report.week} (no. ${report.number}): ${report.status}`);
  out.say(`  Subject: ${report.subject}`);
  if (report.heldReason !== null) out.say(`  Held: ${report.heldReason}`);
  const resume = commandLine(`resume --week ${report.week}`);
  if (report.status === 'held') out.say(`  When that is fixed: ${resume}`);
  if (report.status === 'paused') out.say(`  Go on with: ${resume}`);
  if (report.wouldReach !== null) {
    out.say(`  Not frozen yet; it would go to ${report.wouldReach} subscriber(s) now.`);
    return;
  }
  const sum = parts.map((part) => `${report[part]} ${part}`).join(' + ');
  out.say(`  ${report.audience} audience = ${sum}${report.balances ? '' : '   DOES NOT BALANCE'}`);
  const reported = Object.entries(reportedWords).filter(([name]) => report[name as Reported] > 0);
  if (reported.length > 0) {
    out.say(
      `  Reported: ${reported.map(([name, word]) => `${report[name as Reported]} ${word}`).join(', ')}`,
    );
  }
  for (const { batch, status, recipients, reason } of report.waiting) {
    out.say(
      `  Batch ${batch} (${recipients} recipient(s)) is ${status}: ${reason ?? 'no answer for 23 hours'}`,
    );
  }
  if (report.waiting.length > 0) {
    out.say(`  Have them looked up at the provider: ${commandLine(`reconcile --week ${report.week}`)}`);
    out.say(`  What it does not know, a person answers: ${commandLine('resolve --help')}`);
  }
}
