import type { Command } from 'commander';
import type { IssueEdits } from '../../../domain/issue/issue.ts';
import { editIssue } from '../../../pipeline/compose/edit-issue.ts';
import { decidedBy, parseList, withBy, withWeek } from '../../options.ts';
import { type CommonOptions, exitCodes, type Runner } from '../../run.ts';
import { comingWeek } from '../../which-issue.ts';
import { printComposed } from './compose.ts';

type EditOptions = CommonOptions & IssueEdits & { readonly by?: string };

export function registerEdit(program: Command, { runCommand }: Runner): void {
  const command = withBy(withWeek(program.command('edit')))
    .description('change a draft; this withdraws its approval')
    .option('--subject <text>', 'subject line; empty: the generated one again')
    .option(
      '--preheader <text>',
      'the line that inboxes show after the subject; empty: the generated one again',
    )
    .option('--intro <text>', 'a paragraph above the comparisons; empty: none')
    .option(
      '--order <slugs>',
      'comparisons to put first, separated by commas; the first is the lead',
      parseList,
    )
    .option('--drop <slugs>', 'comparisons to leave for a later issue, separated by commas', parseList)
    .action((options: EditOptions) => {
      const { subject, preheader, intro, order, drop } = options;
      const edits = Object.fromEntries(
        Object.entries({ subject, preheader, intro, order, drop }).filter(([, value]) => value !== undefined),
      );
      if (Object.keys(edits).length === 0) {
        command.error('error: nothing to change: give --subject, --preheader, --intro, --order or --drop', {
          exitCode: exitCodes.calledWrongly,
        });
      }
      return runCommand(
        options,
        async ({ app, out, week }) =>
          printComposed(out, week, await editIssue(app, week, edits, decidedBy(options))),
        comingWeek,
      );
    });
}
