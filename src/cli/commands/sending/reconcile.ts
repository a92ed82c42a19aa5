import type { Command } from 'commander';
import { commandLine } from '../../../domain/refusal.ts';
import { reconcileIssue } from '../../../pipeline/recover/reconcile-issue.ts';
import { withWeek } from '../../options.ts';
import { type CommonOptions, exitCodes, runCommand } from '../../run.ts';

const everyPages = 50;

export function registerReconcile(program: Command): void {
  withWeek(program.command('reconcile'))
    .description('ask the provider what became of batches without an answer; sends nothing')
    .option('--all', 'also those that the ledger holds for not submitted: after restoring a backup')
    .action((options: CommonOptions & { readonly all?: true }) =>
      runCommand(options, async ({ app, out, week, signal }) => {
        if (app.mailer.sentLog === undefined)
          out.print('The outbox keeps no list to ask; only mail events are looked at.');
        let pages = 0;
        let emails = 0;
        const result = await reconcileIssue(app, week, {
          which: options.all ? 'all' : 'unanswered',
          signal,
          onPage: (count, oldest) => {
            pages += 1;
            emails += count;
            if (pages % everyPages === 0)
              process.stderr.write(`Read ${emails} sent emails, back to ${oldest?.toISOString()} …\n`);
          },
        });
        if (!result.ok) return result;
        const { questioned, booked, left } = result;
        out.print(
          `Issue ${week}: ${questioned} batch(es) in question, ${booked} booked as submitted, ${left} left.`,
        );
        if (left > 0) out.print(`What is known of them: ${commandLine(`status --week ${week}`)}`);
        else if (questioned > 0) out.print(`Next: ${commandLine(`send --week ${week}`)}`);
        out.document({ week, questioned, booked, left });
        return left > 0 && !options.all ? exitCodes.waitsForPerson : exitCodes.done;
      }),
    );
}
