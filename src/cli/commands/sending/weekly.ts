import type { Command } from 'commander';
import type { Refusal } from '../../../domain/refusal.ts';
import { runWeek } from '../../../pipeline/schedule/run-week.ts';
import { type ExitCode, exitCodes } from '../../exit-codes.ts';
import { withWeek } from '../../options.ts';
import { sayFindings } from '../../print/findings.ts';
import { sayLeftOut } from '../../print/left-out.ts';
import { sendProgress } from '../../print/send-progress.ts';
import { type CommandContext, type CommonOptions, runCommand } from '../../run.ts';
import { tellEditorsNow } from '../../tell-editors-now.ts';
import { reportSent, sayWhereToLook } from './send.ts';

export function registerWeekly(program: Command): void {
  withWeek(program.command('weekly'))
    .description('the main job now: compose, check, approve (APPROVAL=auto), send, wait until finished')
    .action((options: CommonOptions) => runCommand(options, weekly));
}

export async function weekly(context: CommandContext): Promise<Refusal | ExitCode> {
  const { app, out, week, signal } = context;
  const { progress, end } = sendProgress(signal);
  const result = await runWeek(app, week, progress).finally(end);
  await tellEditorsNow(context);
  if (!result.ok) {
    sayFindings(out, result.findings);
    out.document({ week, sent: false, message: result.message, findings: result.findings });
    return result;
  }
  switch (result.kind) {
    case 'already':
      out.say(`Issue ${week} is ${result.status} already. Nothing to do.`);
      out.say('Submitted in this run: 0.');
      if (result.status === 'sent') sayWhereToLook(context, week);
      out.document({ week, status: result.status, submittedNow: 0 });
      return exitCodes.done;
    case 'nothing-new':
      sayLeftOut(out, result.leftOut);
      out.say(`Nothing new for ${week}: no comparison to send. Nobody was mailed, nothing was recorded.`);
      out.document({ week, status: null, submittedNow: 0, leftOut: result.leftOut });
      return exitCodes.done;
    case 'sent':
      sayLeftOut(out, result.leftOut);
      sayFindings(out, result.findings);
      return reportSent(context, result);
  }
}
