import type { Command } from 'commander';
import { commandLine, type Refusal } from '../../../domain/refusal.ts';
import { counted } from '../../../domain/text.ts';
import { type Composed, composeIssue } from '../../../pipeline/compose/compose-issue.ts';
import { decidedBy, withBy, withWeek } from '../../options.ts';
import type { Output } from '../../output.ts';
import { printLeftOut } from '../../print/findings.ts';
import { type CommonOptions, type ExitCode, exitCodes, type Runner } from '../../run.ts';
import { comingWeek, refuseFarWeek, withAnyWeek } from '../../which-issue.ts';

export function registerCompose(program: Command, { runCommand }: Runner): void {
  withAnyWeek(withBy(withWeek(program.command('compose'))))
    .description('draft the issue from the week’s comparisons; run again to pick anew, edits are kept')
    .action((options: CommonOptions & { readonly by?: string; readonly anyWeek?: true }) =>
      runCommand(
        options,
        async ({ app, out, week }) => {
          await refuseFarWeek(app, week, options);
          return printComposed(out, week, await composeIssue(app, week, { by: decidedBy(options) }));
        },
        comingWeek,
      ),
    );
}

export function printComposed(out: Output, week: string, composed: Composed): Refusal | ExitCode {
  if (!composed.ok) return composed;
  printLeftOut(out, composed.leftOut);
  if (composed.kind === 'nothing-new') {
    out.print(`Nothing new for ${week}: there is no comparison to send. Nothing was recorded.`);
    out.document({ week, composed: false, leftOut: composed.leftOut });
    return exitCodes.done;
  }
  const { issue } = composed;
  const slugs = issue.content.comparisons.map((comparison) => comparison.slug);
  out.print(`Issue ${week} (no. ${issue.number}) is a draft with ${counted(slugs.length, 'comparison')}:`);
  for (const slug of slugs) out.print(`  ${slug}`);
  out.print(`Subject: ${issue.subject}`);
  out.print(`Next: ${commandLine(`check --week ${week}`)}`);
  out.print(`Then: ${commandLine(`approve --week ${week} --by NAME`)}`);
  out.document({
    week,
    composed: true,
    number: issue.number,
    subject: issue.subject,
    comparisons: slugs,
    leftOut: composed.leftOut,
  });
  return exitCodes.done;
}
