import type { Command } from 'commander';
import { commandLine, type Refusal } from '../../domain/refusal.ts';
import { runWeek } from '../../pipeline/schedule/run-week.ts';
import { decidedBy, withBy, withWeek } from '../options.ts';
import { printFindings, printLeftOut } from '../print/findings.ts';
import { sendProgress } from '../print/send-progress.ts';
import { type CommandContext, type CommonOptions, type ExitCode, exitCodes, type Runner } from '../run.ts';
import { refuseFarWeek, withAnyWeek } from '../which-issue.ts';
import { mailQueuedNotices, printOutboxPaths, reportSent } from './sending/report-sent.ts';

export function registerWeekly(program: Command, { runCommand }: Runner): void {
  withAnyWeek(withBy(withWeek(program.command('weekly'), 'the current week')))
    .description(
      'the main job, now: compose, check, approve (if APPROVAL=auto), send, wait until it is finished',
    )
    .action((options: CommonOptions & { readonly by?: string; readonly anyWeek?: true }) =>
      runCommand(options, async (context) => {
        await refuseFarWeek(context.app, context.week, options);
        return weekly(context, decidedBy(options));
      }),
    );
}

export async function weekly(context: CommandContext, by: string): Promise<Refusal | ExitCode> {
  const { app, out, week } = context;
  const { progress, end } = sendProgress(context);
  const result = await runWeek(app, week, by, progress).finally(end);
  await mailQueuedNotices(context);
  if (!result.ok) {
    printFindings(out, result.findings);
    out.document({ week, sent: false, message: result.message, findings: result.findings });
    return result;
  }
  switch (result.kind) {
    case 'already':
      out.print(`Issue ${week} is already ${result.status}. Nothing to do.`);
      out.print('Submitted in this run: 0.');
      if (result.status === 'sent') printOutboxPaths(context, week);
      out.document({ week, status: result.status, submittedNow: 0 });
      return exitCodes.done;
    case 'nothing-new':
      printLeftOut(out, result.leftOut);
      out.print(
        `Nothing new for ${week}: there is no comparison to send. Nobody was mailed and nothing was recorded.`,
      );
      for (const draft of result.drafts) {
        out.print(
          `The draft of ${draft} has taken comparisons. See it with: ${commandLine(`issues show ${draft}`)}`,
        );
      }
      out.document({ week, status: null, submittedNow: 0, leftOut: result.leftOut, drafts: result.drafts });
      return exitCodes.done;
    case 'sent':
      printLeftOut(out, result.leftOut);
      printFindings(out, result.findings);
      return reportSent(context, result);
  }
}
