import type { Command } from 'commander';
import { unsuppressByHand } from '../../../audience/suppression/unsuppress.ts';
import { withJson } from '../../options.ts';
import { type CommonOptions, exitCodes, type Runner } from '../../run.ts';

export function registerSubscriberUnsuppress(subscribers: Command, { runCommand }: Runner): void {
  withJson(subscribers.command('unsuppress'))
    .description(
      'mail this address again after bounces, or after it was suppressed by hand; not after a complaint',
    )
    .argument('<email>')
    .requiredOption('--by <name>', 'who decides; recorded')
    .requiredOption('--reason <text>', 'why; recorded')
    .action((email: string, options: CommonOptions & { readonly by: string; readonly reason: string }) =>
      runCommand(options, async ({ app, out }) => {
        const result = await unsuppressByHand(app, email, options);
        if (!result.ok) return result;
        out.print(
          `Lifted: ${result.lifted}. If Resend has the address on its suppression list, take it off there as well.`,
        );
        out.document({ suppressed: false, lifted: result.lifted });
        return exitCodes.done;
      }),
    );
}
