import type { Command } from 'commander';
import { counted } from '../../../domain/text.ts';
import { blocking, checkIssue } from '../../../pipeline/compose/check-issue.ts';
import { checkTemplates } from '../../../render/render-mail.ts';
import { withWeek } from '../../options.ts';
import { printFindings, printTemplateFaults } from '../../print/findings.ts';
import { type CommonOptions, exitCodes, type Runner } from '../../run.ts';
import { comingWeek } from '../../which-issue.ts';

export function registerCheck(program: Command, { runCommand }: Runner): void {
  withWeek(program.command('check'))
    .description('check the issue as it would be sent, and the mail templates; errors block approval')
    .action((options: CommonOptions) =>
      runCommand(
        options,
        async ({ app, out, week }) => {
          const templates = await checkTemplates();
          printTemplateFaults(out, templates);
          const result = await checkIssue(app, week);
          if (!result.ok) return result;
          const { findings, overrides } = result;
          const errors = blocking(findings, new Set(overrides.map(({ rule }) => rule))).length;
          const warnings = findings.filter(({ severity }) => severity === 'warning').length;
          printFindings(out, findings, overrides);
          const overridden =
            overrides.length === 0 ? '' : `, ${counted(overrides.length, 'rule')} overridden`;
          out.print(
            `Issue ${week}: ${counted(errors, 'error')}, ${counted(warnings, 'warning')}${overridden}.`,
          );
          if (templates.length > 0)
            out.print(`Templates of the short mails: ${counted(templates.length, 'error')}.`);
          out.document({ week, errors, warnings, findings, overrides, templates });
          return errors + templates.length > 0 ? exitCodes.waitsForPerson : exitCodes.done;
        },
        comingWeek,
      ),
    );
}
