import type { Command } from 'commander';
import { commandLine } from '../../../domain/refusal.ts';
import { counted } from '../../../domain/text.ts';
import { reconcileIssue } from '../../../pipeline/recover/reconcile-issue.ts';
import { withWeek } from '../../options.ts';
import { type CommonOptions, exitCodes, type Runner } from '../../run.ts';
import { sentWeek } from '../../which-issue.ts';

const pagesPerNote = 50;

export function registerReconcile(program: Command, { runCommand }: Runner): void {
  withWeek(program.command('reconcile'), 'the issue that is being sent, else the last that was')
    .description('ask the provider what happened to batches that got no answer; sends nothing')
    .option('--all', 'also look up batches recorded as not submitted; for use after restoring a backup')
    .action((options: CommonOptions & { readonly all?: true }) =>
      runCommand(
        options,
        async ({ app, out, week, signal }) => {
          if (app.mailer.sentLog === undefined)
            out.print('The outbox has no list of sent emails, so only mail events are read.');
          let pages = 0;
          let emails = 0;
          const result = await reconcileIssue(app, week, {
            which: options.all ? 'all' : 'unanswered',
            signal,
            onPage: (count, oldest) => {
              pages += 1;
              emails += count;
              if (pages % pagesPerNote === 0)
                out.warn(`Read ${emails} sent emails, back to ${oldest?.toISOString()} …`);
            },
          });
          if (!result.ok) return result;
          const { unresolved, settled, left } = result;
          out.print(
            `Issue ${week}: ${counted(unresolved, 'unresolved batch', 'unresolved batches')}, ${settled} found to be submitted, ${left} left.`,
          );
          if (left > 0) out.print(`See them with: ${commandLine(`status --week ${week}`)}`);
          else if (unresolved > 0) out.print(`Next: ${commandLine(`send --week ${week}`)}`);
          out.document({ week, unresolved, settled, left });
          return left > 0 && !options.all ? exitCodes.waitsForPerson : exitCodes.done;
        },
        sentWeek,
      ),
    );
}
