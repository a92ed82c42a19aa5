import type { Command } from 'commander';
import { suppressByHand } from '../../../audience/suppression/suppress.ts';
import { describeUnusable, parseEmailAddress } from '../../../domain/audience/email-address.ts';
import { withJson } from '../../options.ts';
import { type CommonOptions, exitCodes, type Runner, UsageError } from '../../run.ts';

export function registerSubscriberSuppress(subscribers: Command, { runCommand }: Runner): void {
  withJson(subscribers.command('suppress'))
    .description('never mail this address again; takes effect from the next batch on')
    .argument('<email>')
    .option('--by <name>', 'who decides; recorded')
    .option('--reason <text>', 'why; recorded', 'by hand')
    .action((email: string, options: CommonOptions & { readonly by?: string; readonly reason: string }) =>
      runCommand(options, async ({ app, out }) => {
        const address = parseEmailAddress(email);
        if (typeof address !== 'string')
          throw new UsageError(
            `The email address cannot be used (${describeUnusable(address)}). Expected one such as ada@example.com.`,
          );
        await suppressByHand(app.db, address, described(options));
        out.print('Suppressed.');
        out.document({ suppressed: true });
        return exitCodes.done;
      }),
    );
}

const described = ({ by, reason }: { readonly by?: string; readonly reason: string }) =>
  by === undefined ? reason : `by ${by}: ${reason}`;
