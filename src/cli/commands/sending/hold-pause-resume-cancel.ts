import type { Command } from 'commander';
import type { IssueStatus } from '../../../domain/issue/issue.ts';
import { commandLine, type Result } from '../../../domain/refusal.ts';
import type { PipelineContext } from '../../../pipeline/context.ts';
import {
  cancelIssue,
  holdIssue,
  pauseIssue,
  resumeIssue,
} from '../../../pipeline/send/hold-pause-resume-cancel.ts';
import { withWeek } from '../../options.ts';
import { type CommonOptions, exitCodes, runCommand } from '../../run.ts';

type Verb = (ctx: PipelineContext, week: string) => Promise<Result<{ readonly status: IssueStatus }>>;

/** `hold`, `pause`, `resume` and `cancel`; each takes effect before the next batch is claimed. */
export function registerHoldPauseResumeCancel(program: Command): void {
  withWeek(program.command('hold'))
    .description('stop the issue until someone resumes it')
    .option('--reason <text>', 'why; recorded and shown', 'held by an editor')
    .action((options: CommonOptions & { readonly reason: string }) =>
      runVerb(options, (ctx, week) => holdIssue(ctx, week, options.reason)),
    );
  registerVerb(
    program,
    'pause',
    'pause sending: no new batch is started, batches already tried are finished',
    pauseIssue,
  );
  registerVerb(
    program,
    'resume',
    'lift a hold or a pause; an issue that was not being sent yet becomes a draft again',
    resumeIssue,
  );
  registerVerb(
    program,
    'cancel',
    'stop the issue for good; a later issue may use its comparisons',
    cancelIssue,
  );
}

function registerVerb(program: Command, name: string, description: string, verb: Verb): void {
  withWeek(program.command(name))
    .description(description)
    .action((options: CommonOptions) => runVerb(options, verb));
}

function runVerb(options: CommonOptions, verb: Verb): Promise<void> {
  return runCommand(options, async ({ app, out, week }) => {
    const result = await verb(app, week);
    if (!result.ok) return result;
    out.print(`Issue ${week} is ${result.status}.${nextStep[result.status]?.(week) ?? ''}`);
    out.document({ week, status: result.status });
    return exitCodes.done;
  });
}

const nextStep: Partial<Record<IssueStatus, (week: string) => string>> = {
  draft: (week) => ` Next: ${commandLine(`approve --week ${week} --by NAME`)}`,
  sending: (week) => ` Next: ${commandLine(`send --week ${week}`)}`,
  held: (week) => ` Continue with: ${commandLine(`resume --week ${week}`)}`,
  paused: (week) => ` Continue with: ${commandLine(`resume --week ${week}`)}`,
};
