import type { Command } from 'commander';
import { commandLine } from '../../../domain/refusal.ts';
import { approveIssue } from '../../../pipeline/compose/approve-issue.ts';
import { checkIssue } from '../../../pipeline/compose/check-issue.ts';
import type { PipelineContext } from '../../../pipeline/context.ts';
import { decidedBy, parseList, withWeek } from '../../options.ts';
import { printFindings } from '../../print/findings.ts';
import { type CommonOptions, exitCodes, type Runner, UsageError } from '../../run.ts';
import { comingWeek } from '../../which-issue.ts';

type ApproveOptions = CommonOptions & {
  readonly by?: string;
  readonly override?: string[];
  readonly reason?: string;
};

export function registerApprove(program: Command, { runCommand }: Runner): void {
  const command = withWeek(program.command('approve'))
    .description('approve exactly what would be sent now; any later change withdraws the approval')
    .option('--by <name>', 'who approves (default: your user name; required with --override)')
    .option('--override <rules>', 'rules whose errors you accept, separated by commas', parseList)
    .option('--reason <text>', 'why you accept them; recorded and shown, required with --override')
    .action((options: ApproveOptions) => {
      const { override, reason, by } = options;
      if (override !== undefined && (!by?.trim() || !reason?.trim())) {
        command.error('error: --override needs --by NAME and --reason TEXT', {
          exitCode: exitCodes.calledWrongly,
        });
      }
      return runCommand(
        options,
        async ({ app, out, week }) => {
          await refuseUnknownRules(app, week, override ?? []);
          const approval = await approveIssue(app, week, {
            by: decidedBy(options),
            ...(override === undefined || reason === undefined
              ? {}
              : { override: { rules: override, reason } }),
          });
          printFindings(out, approval.findings, approval.ok ? approval.overrides : []);
          if (!approval.ok) {
            out.document({ week, approved: false, message: approval.message, findings: approval.findings });
            return approval;
          }
          out.print(
            `Issue ${week} is ${approval.already ? 'already ' : ''}approved (sha256 ${approval.sha256.slice(0, 12)}…).`,
          );
          out.print(`Next: ${commandLine(`send --week ${week}`)}`);
          out.document({
            week,
            approved: true,
            already: approval.already,
            sha256: approval.sha256,
            findings: approval.findings,
            overrides: approval.overrides,
          });
          return exitCodes.done;
        },
        comingWeek,
      );
    });
}

/** Otherwise a misspelt rule would be recorded as an override of nothing. */
async function refuseUnknownRules(
  app: PipelineContext,
  week: string,
  rules: readonly string[],
): Promise<void> {
  const checked = rules.length === 0 ? null : await checkIssue(app, week);
  if (!checked?.ok) return;
  const errors = new Set(checked.findings.filter((one) => one.severity === 'error').map((one) => one.rule));
  const unknown = rules.filter((rule) => !errors.has(rule));
  if (unknown.length === 0) return;
  const existing = errors.size === 0 ? 'It has none.' : `It has: ${[...errors].join(', ')}.`;
  throw new UsageError(`--override ${unknown.join(',')}: issue ${week} has no such error. ${existing}`);
}
