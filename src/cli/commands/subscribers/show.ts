import type { Command } from 'commander';
import { findReader } from '../../../audience/data/find-reader.ts';
import { refuse } from '../../../domain/refusal.ts';
import { withJson } from '../../options.ts';
import { printSubscriberHistory } from '../../print/subscriber-history.ts';
import { type CommonOptions, exitCodes, type Runner } from '../../run.ts';

export function registerSubscriberShow(subscribers: Command, { runCommand }: Runner): void {
  withJson(subscribers.command('show'))
    .description('show one subscriber’s history: status, consent, and each issue with what happened to it')
    .argument('<email>')
    .action((email: string, options: CommonOptions) =>
      runCommand(options, async ({ app, out }) => {
        const history = await findReader(app, email);
        if (history === null) return refuse('No subscriber has that address.');
        printSubscriberHistory(out, history);
        out.document(history);
        return exitCodes.done;
      }),
    );
}
