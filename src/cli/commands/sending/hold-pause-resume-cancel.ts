import type { Command } from 'commander';
import type { IssueStatus } from '../../../domain/issue/issue.ts';
import { commandLine, type Result } from '../../../domain/refusal.ts';
import type { PipelineContext } from '../../../pipeline/context.ts';
import {
  type ByPerson,
  cancelIssue,
  holdIssue,
  pauseIssue,
  resumeIssue,
} from '../../../pipeline/send/hold-pause-resume-cancel.ts';
import { decidedBy, withBy, withWeek } from '../../options.ts';
import { type CommonOptions, exitCodes, type Runner } from '../../run.ts';
import { onlyWeek, sendingWeek, type WeekOf } from '../../which-issue.ts';

type Options = CommonOptions & { readonly by?: string; readonly reason?: string };

type Verb = (
  ctx: PipelineContext,
  week: string,
  person: ByPerson,
) => Promise<Result<{ readonly status: IssueStatus }>>;

/** `hold`, `pause`, `resume` and `cancel`; each takes effect before the next batch is claimed. */
export function registerHoldPauseResumeCancel(program: Command, runner: Runner): void {
  const hold: Verb = (ctx, week, { by, reason }) =>
    holdIssue(ctx, week, { by, reason: reason?.trim() || `held by ${by}` });
  registerVerb(program, runner, 'hold', 'stop the issue until someone resumes it', hold, onlyWeek);
  registerVerb(
    program,
    runner,
    'pause',
    'pause sending: no new batch is started, batches already tried are finished',
    pauseIssue,
    sendingWeek,
  );
  registerVerb(
    program,
    runner,
    'resume',
    'lift a hold or a pause; an issue that was not being sent yet becomes a draft again',
    resumeIssue,
    sendingWeek,
  );
  registerVerb(
    program,
    runner,
    'cancel',
    'stop the issue for good; a later issue may use its comparisons',
    cancelIssue,
    onlyWeek,
  );
}

function registerVerb(
  program: Command,
  { runCommand }: Runner,
  name: string,
  description: string,
  verb: Verb,
  weekOf: WeekOf,
): void {
  withBy(withWeek(program.command(name), 'the issue that is being sent, else the coming one'))
    .description(description)
    .option('--reason <text>', 'why; recorded and shown')
    .action((options: Options) =>
      runCommand(
        options,
        async ({ app, out, week }) => {
          const { reason } = options;
          const result = await verb(app, week, { by: decidedBy(options), reason });
          if (!result.ok) return result;
          out.print(
            `Issue ${week} is ${result.status === 'draft' ? 'a draft' : result.status}.${nextStep[result.status]?.(week) ?? ''}`,
          );
          out.document({ week, status: result.status });
          return exitCodes.done;
        },
        weekOf,
      ),
    );
}

const nextStep: Partial<Record<IssueStatus, (week: string) => string>> = {
  draft: (week) => ` Next: ${commandLine(`approve --week ${week} --by NAME`)}`,
  sending: (week) => ` Next: ${commandLine(`send --week ${week}`)}`,
  held: (week) => ` Continue with: ${commandLine(`resume --week ${week}`)}`,
  paused: (week) => ` Continue with: ${commandLine(`resume --week ${week}`)}`,
};
