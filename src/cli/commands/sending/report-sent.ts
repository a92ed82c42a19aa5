import { join, resolve } from 'node:path';
import { commandLine, type Refusal } from '../../../domain/refusal.ts';
import { enqueueDueNotices, mailNotice } from '../../../pipeline/notify/mail-notice.ts';
import { type IssueStatusReport, issueStatus } from '../../../pipeline/report/issue-status.ts';
import type { Sent } from '../../../pipeline/send/send-issue.ts';
import { explainError } from '../../explain-error.ts';
import { printStatusReport } from '../../print/status-report.ts';
import { type CommandContext, type ExitCode, exitCodes } from '../../run.ts';

type SendContext = Pick<CommandContext, 'app' | 'out' | 'week'>;

/** Mails the notices that this command queued, in case no worker is running. */
export async function mailQueuedNotices({ app, out }: CommandContext): Promise<void> {
  if (app.settings.editorEmails.length === 0) return;
  try {
    await enqueueDueNotices(app);
    await app.queue.drain('tell-editors', ({ notice, at }) => mailNotice(app, notice, new Date(at)));
  } catch (error) {
    out.warn(
      `The notice to the editors was not mailed; the next command or npm start tries again. ${explainError(error)}`,
    );
  }
}

/** Reads the totals after a send and prints them. */
export async function reportSent(context: SendContext, { submittedNow }: Sent): Promise<Refusal | ExitCode> {
  const status = await issueStatus(context.app, context.week);
  return status.ok ? printSent(context, submittedNow, status.report) : status;
}

/** Prints the totals after a send. The exit code is 3 when a person must act, 1 when the send stopped half-way. */
export function printSent(
  { app, out }: Pick<CommandContext, 'app' | 'out'>,
  submittedNow: number,
  after: IssueStatusReport,
): ExitCode {
  printStatusReport(out, after, app.settings.timeZone);
  out.print(`Submitted in this run: ${submittedNow}.`);
  if (after.submitted > 0) printOutboxPaths({ app, out }, after.week);
  out.document({ submittedNow, ...after });
  if (after.status === 'held' || after.status === 'paused') return exitCodes.waitsForPerson;
  if (after.pending > 0 && after.status === 'sending') {
    out.warn(
      `Stopped with ${after.pending} still to send. Continue with: ${commandLine(`send --week ${after.week}`)}`,
    );
    return exitCodes.failed;
  }
  return exitCodes.done;
}

/** Where to read the mails of an issue that went to the outbox. */
export function printOutboxPaths({ app, out }: Pick<CommandContext, 'app' | 'out'>, week: string): void {
  if (app.mailer.provider !== 'outbox') return;
  const folder = join(resolve(app.dataDir), 'outbox', week);
  out.print(`Read it:   ${join(folder, 'preview.html')}`);
  out.print(`All mails: ${folder}`);
}
