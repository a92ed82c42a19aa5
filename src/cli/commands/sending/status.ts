import type { Command } from 'commander';
import { issueStatus } from '../../../pipeline/report/issue-status.ts';
import { withWeek } from '../../options.ts';
import { printStatusReport } from '../../print/status-report.ts';
import { type CommonOptions, exitCodes, runCommand } from '../../run.ts';

export function registerStatus(program: Command): void {
  withWeek(program.command('status'))
    .description('show how far the issue is: audience = submitted + skipped + rejected + …')
    .action((options: CommonOptions) =>
      runCommand(options, async ({ app, out, week }) => {
        const result = await issueStatus(app, week);
        if (!result.ok) return result;
        printStatusReport(out, result.report);
        out.document(result.report);
        return result.report.status === 'held' ? exitCodes.waitsForPerson : exitCodes.done;
      }),
    );
}
