import type { Command } from 'commander';
import { unsubscribeByHand } from '../../../audience/leave/unsubscribe.ts';
import { withJson } from '../../options.ts';
import { type CommonOptions, exitCodes, type Runner } from '../../run.ts';

export function registerSubscriberUnsubscribe(subscribers: Command, { runCommand }: Runner): void {
  withJson(subscribers.command('unsubscribe'))
    .description('end a subscription for somebody who asked you to; they are mailed a goodbye')
    .argument('<email>')
    .requiredOption('--by <name>', 'who decides; recorded')
    .requiredOption('--reason <text>', 'why; recorded')
    .action((email: string, options: CommonOptions & { readonly by: string; readonly reason: string }) =>
      runCommand(options, async ({ app, out }) => {
        const result = await unsubscribeByHand(app, email, options);
        if (!result.ok) return result;
        out.print(result.left ? 'Unsubscribed.' : 'They had unsubscribed before; nothing changed.');
        out.document({ status: 'unsubscribed', changed: result.left });
        return exitCodes.done;
      }),
    );
}
