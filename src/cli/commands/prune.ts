import type { Command } from 'commander';
import { databaseFacts } from '../../db/client.ts';
import { isClockSteady } from '../../db/queries/issue/slots.ts';
import { type Refusal, refuse } from '../../domain/refusal.ts';
import type { Pruned } from '../../domain/sending/retention.ts';
import { counted } from '../../domain/text.ts';
import { prune, readPrunable } from '../../pipeline/retain/prune.ts';
import { withJson } from '../options.ts';
import type { Output } from '../output.ts';
import { showProgress } from '../print/progress.ts';
import { type CommandContext, type CommonOptions, exitCodes, type Runner } from '../run.ts';

export function registerPrune(program: Command, { runCommand }: Runner): void {
  withJson(program.command('prune'))
    .description('delete what is old of finished issues, as npm start does bit by bit; totals are kept')
    .option('--dry-run', 'only say what would be deleted')
    .action((options: CommonOptions & { readonly dryRun?: true }) =>
      runCommand(options, async (context) => {
        const { app, out } = context;
        const { prunable, weeks } = await readPrunable(app);
        if (options.dryRun) {
          printPruned(out, 'Would be deleted', prunable);
          out.document({ dryRun: true, weeks, rows: prunable });
          return exitCodes.done;
        }
        const doubt = await doubtfulClock(context);
        if (doubt !== null) return doubt;
        const rows = await pruneWithProgress(context, prunable);
        printPruned(out, 'Deleted', rows);
        out.document({ dryRun: false, weeks, rows });
        return context.signal.aborted ? refuse('Stopped. Run it again to go on.') : exitCodes.done;
      }),
    );
}

const hourMs = 3_600_000;

/** Nothing is deleted for its age by a clock that may be wrong. */
async function doubtfulClock({ app }: CommandContext): Promise<Refusal | null> {
  const now = app.clock.now();
  if (!(await isClockSteady(app.db, now)))
    return refuse(
      'Nothing was deleted: within the last day a clock jumped by more than an hour, or npm start stood still for so long. Run it again a day after that.',
    );
  const { now: databaseNow } = await databaseFacts(app.db);
  return Math.abs(databaseNow.getTime() - now.getTime()) <= hourMs
    ? null
    : refuse(
        'Nothing was deleted: the clocks of this machine and of the database differ by more than an hour.',
      );
}

async function pruneWithProgress(
  { app, terminal, signal }: CommandContext,
  prunable: Pruned,
): Promise<Pruned> {
  const total = Object.values(prunable).reduce((sum: number, rows: number) => sum + rows, 0);
  if (total === 0) return prune(app, { signal });
  const progress = showProgress(terminal.stderr, 'Deleting', total);
  return prune(app, { signal, onDeleted: progress.advance }).finally(progress.end);
}

function printPruned(out: Output, what: string, { events, providerIds, reports, deliveries }: Pruned): void {
  const parts = [
    [events, `${counted(events, 'event')} (sent, delivered, delayed, opened, clicked)`],
    [providerIds, `the provider’s ids of ${counted(providerIds, 'batch', 'batches')}`],
    [
      reports,
      `${counted(reports, 'bounce, complaint or other report', 'bounces, complaints and other reports')}`,
    ],
    [deliveries, counted(deliveries, 'delivery', 'deliveries')],
  ] as const;
  const shown = parts.filter(([rows]) => rows > 0).map(([, text]) => text);
  out.print(shown.length === 0 ? `${what}: nothing.` : `${what}: ${shown.join('; ')}.`);
}
