import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { commandLine, type Refusal } from '../../../domain/refusal.ts';
import { type MissingGroup, reopenMissing } from '../../../pipeline/recover/reopen-missing.ts';
import { type IssueStatusReport, issueStatus } from '../../../pipeline/report/issue-status.ts';
import { type Sent, sendIssue } from '../../../pipeline/send/send-issue.ts';
import { withWeek } from '../../options.ts';
import { sendProgress } from '../../print/send-progress.ts';
import { printStatusReport } from '../../print/status-report.ts';
import { type CommandContext, type CommonOptions, type ExitCode, exitCodes, runCommand } from '../../run.ts';
import { tellEditorsNow } from '../../tell-editors-now.ts';

type SendContext = Pick<CommandContext, 'app' | 'out' | 'week'>;

export function registerSend(program: Command): void {
  withWeek(program.command('send'))
    .description('send an approved issue; again: continue, never repeat')
    .option(
      '--only-missing',
      'of a sent issue: those who were rejected, or skipped for a reason that no longer holds',
    )
    .action((options: CommonOptions & { readonly onlyMissing?: true }) =>
      runCommand(options, async (context) => {
        if (options.onlyMissing) {
          const reopened = await reopenMissing(context.app, context.week);
          if (!reopened.ok) return reopened;
          printMissing(context, reopened.missing);
          if (reopened.missing.length === 0) return exitCodes.done;
        }
        const { progress, end } = sendProgress(context.signal);
        const sent = await sendIssue(context.app, context.week, progress).finally(end);
        await tellEditorsNow(context);
        return sent.ok ? reportSent(context, sent) : sent;
      }),
    );
}

function printMissing({ out, week }: CommandContext, missing: readonly MissingGroup[]): void {
  if (missing.length === 0) {
    out.print(`Issue ${week}: nobody is missing who may be mailed.`);
    out.document({ submittedNow: 0, missing });
  }
  for (const { why, reason, recipients } of missing) out.print(`Again to ${recipients} ${why}: ${reason}`);
}

/** Reads where everyone stands after a send, and prints it. */
export async function reportSent(context: SendContext, { submittedNow }: Sent): Promise<Refusal | ExitCode> {
  const status = await issueStatus(context.app, context.week);
  return status.ok ? printSent(context, submittedNow, status.report) : status;
}

/** What was done and where everyone stands; 3 when a person must act, 1 when stopped half-way. */
export function printSent(
  { app, out }: Pick<CommandContext, 'app' | 'out'>,
  submittedNow: number,
  after: IssueStatusReport,
): ExitCode {
  printStatusReport(out, after);
  out.print(`Submitted in this run: ${submittedNow}.`);
  if (after.submitted > 0) printOutboxPaths({ app, out }, after.week);
  out.document({ submittedNow, ...after });
  if (after.status === 'held' || after.status === 'paused') return exitCodes.waitsForPerson;
  if (after.pending > 0 && after.status === 'sending') {
    out.warn(`Stopped with ${after.pending} to go. Go on with: ${commandLine(`send --week ${after.week}`)}`);
    return exitCodes.failed;
  }
  return exitCodes.done;
}

export function printOutboxPaths({ app, out }: Pick<CommandContext, 'app' | 'out'>, week: string): void {
  if (app.mailer.provider !== 'outbox') return;
  const folder = join(resolve(app.dataDir), 'outbox', week);
  out.print(`Read it:   ${join(folder, 'preview.html')}`);
  out.print(`All mails: ${folder}`);
}
