import type { Command } from 'commander';
import { describeAlarm } from '../../../domain/sending/alarm.ts';
import { readAlarms } from '../../../pipeline/notify/raise-alarms.ts';
import { issueStatus } from '../../../pipeline/report/issue-status.ts';
import { withWeek } from '../../options.ts';
import { printStatusReport } from '../../print/status-report.ts';
import { type CommonOptions, exitCodes, type Runner } from '../../run.ts';
import { reportedWeek } from '../../which-issue.ts';

export function registerStatus(program: Command, { runCommand }: Runner): void {
  withWeek(program.command('status'), 'the issue that is being sent, else the coming one')
    .description(
      'show how far the issue is (audience = submitted + skipped + rejected + …) and the last decisions about it',
    )
    .action((options: CommonOptions) =>
      runCommand(
        options,
        async ({ app, out, week }) => {
          const result = await issueStatus(app, week);
          if (!result.ok) return result;
          printStatusReport(out, result.report, app.settings.timeZone);
          const alarms = (await readAlarms(app)).map(describeAlarm);
          for (const alarm of alarms) out.print(`Alarm: ${alarm}`);
          out.document({ ...result.report, alarms });
          return result.report.status === 'held' ? exitCodes.waitsForPerson : exitCodes.done;
        },
        reportedWeek,
      ),
    );
}
