import type { Command } from 'commander';
import { blocking, checkIssue } from '../pipeline/check-issue.ts';
import { checkTemplates } from '../render/mails.ts';
import { exitCodes } from './exit-codes.ts';
import { withWeek } from './options.ts';
import { type CommonOptions, runCommand } from './run.ts';
import { sayFindings } from './say-findings.ts';

export function registerCheck(program: Command): void {
  withWeek(program.command('check'))
    .description('check the issue as it would be sent, and the templates; errors block its approval')
    .action((options: CommonOptions) =>
      runCommand(options, async ({ app, out, week }) => {
        const templates = await checkTemplates();
        for (const { where, what } of templates) out.say(`ERROR   template (${where}): ${what}`);
        const result = await checkIssue(app, week);
        if (!result.ok) return result;
        const errors = blocking(result.findings, new Set()).length;
        sayFindings(out, result.findings);
        const warnings = result.findings.length - errors;
        out.say(`Issue ${week}: ${errors} error(s), ${warnings} warning(s).`);
        if (templates.length > 0) out.say(`Templates of the short mails: ${templates.length} error(s).`);
        out.document({ week, errors, warnings, findings: result.findings, templates });
        return errors + templates.length > 0 ? exitCodes.waitsForPerson : exitCodes.done;
      }),
    );
}
