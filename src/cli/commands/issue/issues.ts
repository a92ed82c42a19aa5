import { Argument, type Command } from 'commander';
import { listIssues } from '../../../db/queries/issue/list-issues.ts';
import { localTime, shortLocalTime } from '../../../domain/local-time.ts';
import { showIssue } from '../../../pipeline/report/show-issue.ts';
import { parseWeek, withJson } from '../../options.ts';
import type { Output } from '../../output.ts';
import { printDecisions } from '../../print/decisions.ts';
import { printStatusReport } from '../../print/status-report.ts';
import { type CommonOptions, exitCodes, type Runner } from '../../run.ts';

/** `issues` and `issues show WEEK`. */
export function registerIssues(program: Command, { runCommand }: Runner): void {
  const issues = withJson(program.command('issues'))
    .description('list all issues, the newest first')
    .action((options: CommonOptions) =>
      runCommand(options, async ({ app, out }) => {
        const listed = await listIssues(app.db);
        const { timeZone } = app.settings;
        printTable(
          out,
          [
            'week',
            'no.',
            'status',
            `slot (${timeZone})`,
            'approved by',
            'audience',
            'submitted',
            'delivered',
          ],
          listed.map((issue) => [
            issue.week,
            String(issue.number),
            issue.status,
            issue.slot === null ? '' : shortLocalTime(new Date(issue.slot), timeZone),
            issue.approvedBy ?? '',
            issue.audience === null ? '' : String(issue.audience),
            issue.audience === null ? '' : String(issue.submitted),
            issue.audience === null ? '' : String(issue.delivered),
          ]),
        );
        if (listed.length === 0) out.print('There is no issue yet.');
        out.document({ issues: listed });
        return exitCodes.done;
      }),
    );
  withJson(issues.command('show'))
    .description('show one issue with all decisions about it: when, who, what and why')
    .addArgument(new Argument('<week>', 'ISO week of the issue').argParser(parseWeek))
    .action((week: string, _own: CommonOptions, command: Command) => {
      // `--json` belongs to both commands, and the outer one takes it.
      const options: CommonOptions = command.optsWithGlobals();
      return runCommand(options, async ({ app, out }) => {
        const shown = await showIssue(app, week);
        if (!shown.ok) return shown;
        const { report, comparisons, approvedBy, times, decisions } = shown.record;
        const { timeZone } = app.settings;
        printStatusReport(out, { ...report, decisions: [] }, timeZone);
        if (approvedBy !== null && times.approvedAt !== null) {
          out.print(`  Approved by ${approvedBy}, ${localTime(new Date(times.approvedAt), timeZone)}`);
        }
        if (comparisons.length > 0) out.print(`  Comparisons: ${comparisons.join(', ')}`);
        printDecisions(out, decisions, { title: 'Decisions', timeZone });
        out.document({ ...report, approvedBy, ...times, slugs: comparisons, decisions });
        return exitCodes.done;
      });
    });
}

const numeric = new Set(['no.', 'audience', 'submitted', 'delivered']);

/** Columns as wide as their widest cell, numbers to the right. */
function printTable(out: Output, head: readonly string[], rows: readonly (readonly string[])[]): void {
  if (rows.length === 0) return;
  const widths = head.map((title, at) =>
    rows.reduce((widest, row) => Math.max(widest, row[at]?.length ?? 0), title.length),
  );
  for (const row of [head, ...rows]) {
    const cells = row.map((cell, at) =>
      numeric.has(head[at] ?? '') ? cell.padStart(widths[at] ?? 0) : cell.padEnd(widths[at] ?? 0),
    );
    out.print(cells.join('  ').trimEnd());
  }
}
