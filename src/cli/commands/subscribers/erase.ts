import type { Command } from 'commander';
import { eraseByHand } from '../../../audience/data/erase.ts';
import { refuse } from '../../../domain/refusal.ts';
import { withJson } from '../../options.ts';
import { type CommonOptions, exitCodes, type Runner } from '../../run.ts';

export function registerSubscriberErase(subscribers: Command, { runCommand }: Runner): void {
  withJson(subscribers.command('erase'))
    .description('erase a person from every table; a keyed hash stays, so that no import adds them again')
    .argument('<email>')
    .action((email: string, options: CommonOptions) =>
      runCommand(options, async ({ app, out }) => {
        const erasure = await eraseByHand(app, email);
        if (erasure.kind === 'unknown') return refuse('No subscriber has that address.');
        out.print(
          erasure.kind === 'erased'
            ? 'Erased.'
            : `Unsubscribed, but not erased yet: a batch with that address is still open in ${erasure.weeks.join(', ')}. ` +
                'npm start erases it once that batch is finished; without npm start, run this again then.',
        );
        out.document(erasure);
        return erasure.kind === 'erased' ? exitCodes.done : exitCodes.waitsForPerson;
      }),
    );
}
