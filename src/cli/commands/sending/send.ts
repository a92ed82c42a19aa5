import type { Command } from 'commander';
import { counted } from '../../../domain/text.ts';
import { type MissingGroup, reopenMissing } from '../../../pipeline/recover/reopen-missing.ts';
import { sendIssue } from '../../../pipeline/send/send-issue.ts';
import { decidedBy, withBy, withWeek } from '../../options.ts';
import { sendProgress } from '../../print/send-progress.ts';
import { type CommandContext, type CommonOptions, exitCodes, type Runner } from '../../run.ts';
import { sentWeek, toSendWeek } from '../../which-issue.ts';
import { mailQueuedNotices, reportSent } from './report-sent.ts';

export function registerSend(program: Command, { runCommand }: Runner): void {
  withBy(withWeek(program.command('send'), 'the issue that is being sent, else the coming one'))
    .description('send an approved issue; run again to continue after a stop, nobody gets it twice')
    .option(
      '--only-missing',
      'send an issue that is already sent to those who were rejected, or skipped for a reason that no longer applies',
    )
    .action((options: CommonOptions & { readonly onlyMissing?: true; readonly by?: string }) =>
      runCommand(
        options,
        async (context) => {
          const by = decidedBy(options);
          if (options.onlyMissing) {
            const reopened = await reopenMissing(context.app, context.week, by);
            if (!reopened.ok) return reopened;
            printMissing(context, reopened.missing);
            if (reopened.missing.length === 0) return exitCodes.done;
          }
          const { progress, end } = sendProgress(context);
          const sent = await sendIssue(context.app, context.week, by, progress).finally(end);
          await mailQueuedNotices(context);
          return sent.ok ? reportSent(context, sent) : sent;
        },
        options.onlyMissing ? sentWeek : toSendWeek,
      ),
    );
}

function printMissing({ out, week }: CommandContext, missing: readonly MissingGroup[]): void {
  if (missing.length === 0) {
    out.print(`Issue ${week} was submitted to everyone who may be mailed.`);
    out.document({ submittedNow: 0, missing });
  }
  for (const { why, reason, recipients } of missing)
    out.print(`Sending again to ${counted(recipients, 'reader')} (${why}: ${reason})`);
}
