import type { Command } from 'commander';
import { blocking, checkIssue } from '../pipeline/check-issue.ts';
import { exitCodes } from './exit-codes.ts';
import { withWeek } from './options.ts';
import { type CommonOptions, runCommand } from './run.ts';
import { sayFindings } from './say-findings.ts';

export function registerCheck(program: Command): void {
  withWeek(program.command('check'))
    .description('check the issue as it would be sent; errors block its approval')
    .action((options: CommonOptions) =>
      runCommand(options, async ({ app, out, week }) => {
        const result = await checkIssue(app, week);
        if (!result.ok) return result;
        const errors = blocking(result.findings, new Set()).length;
        sayFindings(out, result.findings);
        const warnings = result.findings.length - errors;
        out.say(`Issue ${week}: ${errors} error(s), ${warnings} warning(s).`);
        out.document({ week, errors, warnings, findings: result.findings });
        return errors > 0 ? exitCodes.waitsForPerson : exitCodes.done;
      }),
    );
}
