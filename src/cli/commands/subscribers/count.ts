import type { Command } from 'commander';
import { countByState } from '../../../db/queries/audience/audience-view.ts';
import { withJson } from '../../options.ts';
import { type CommonOptions, exitCodes, type Runner } from '../../run.ts';

export function registerSubscriberCount(subscribers: Command, { runCommand }: Runner): void {
  withJson(subscribers.command('count'))
    .description('how many would be mailed now, and how many are paused, suppressed, pending or have left')
    .action((options: CommonOptions) =>
      runCommand(options, async ({ app, out }) => {
        const counts = await countByState(app.db, app.clock.now());
        const { confirmed, paused, suppressed, pending, unsubscribed, forgotten } = counts;
        out.print(`Would be mailed now:   ${confirmed}`);
        out.print(`Paused:                ${paused}`);
        out.print(`Suppressed:            ${suppressed}`);
        out.print(`Not confirmed yet:     ${pending}`);
        out.print(`Unsubscribed:          ${unsubscribed}`);
        out.print(`Forgotten or erased:   ${forgotten} (kept as a keyed hash)`);
        out.document(counts);
        return exitCodes.done;
      }),
    );
}
