import { type Command, InvalidArgumentError, Option } from 'commander';
import { listReaders, type ReaderState, readerStates } from '../../../db/queries/audience/audience-view.ts';
import { withJson } from '../../options.ts';
import { type CommonOptions, exitCodes, type Runner } from '../../run.ts';

interface ListOptions extends CommonOptions {
  readonly state?: ReaderState;
  readonly limit: number;
}

export function registerSubscriberList(subscribers: Command, { runCommand }: Runner): void {
  withJson(subscribers.command('list'))
    .description('list the newest subscribers; to have all, use export')
    .addOption(new Option('--state <state>', 'only these').choices([...readerStates]))
    .option('--limit <n>', 'at most so many, 1 to 1000', parseLimit, 50)
    .action(({ state = undefined, limit, ...options }: ListOptions) =>
      runCommand(options, async ({ app, out }) => {
        const readers = await listReaders(app.db, { state: state ?? null, at: app.clock.now(), limit });
        for (const { email, state: is, since } of readers)
          out.print(`${since.slice(0, 10)}  ${is.padEnd(12)}  ${email}`);
        if (readers.length === 0) out.print('Nobody.');
        out.document({ readers });
        return exitCodes.done;
      }),
    );
}

function parseLimit(text: string): number {
  const limit = Number(text);
  if (!/^\d+$/.test(text) || limit < 1 || limit > 1_000)
    throw new InvalidArgumentError('Expected a number from 1 to 1000.');
  return limit;
}
