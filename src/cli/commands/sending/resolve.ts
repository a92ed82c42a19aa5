import { Argument, type Command, InvalidArgumentError, Option } from 'commander';
import { commandLine } from '../../../domain/refusal.ts';
import { counted } from '../../../domain/text.ts';
import { type Resolution, resolveBatch } from '../../../pipeline/recover/resolve-batch.ts';
import { parseWeek, withJson } from '../../options.ts';
import { type CommonOptions, exitCodes, type Runner } from '../../run.ts';

export function registerResolve(program: Command, { runCommand }: Runner): void {
  withJson(program.command('resolve'))
    .description('record what happened to a batch of unknown outcome, as you found it at the provider')
    .addArgument(new Argument('<week>', 'ISO week of the issue').argParser(parseWeek))
    .addArgument(new Argument('<batch>', 'number of the batch, as status shows it').argParser(parseBatch))
    .addOption(
      new Option('--as <outcome>', 'what happened to it')
        .choices(['submitted', 'not-sent'])
        .makeOptionMandatory(),
    )
    .requiredOption('--by <name>', 'who looked it up')
    .requiredOption('--reason <text>', 'how they know; recorded')
    .action((week: string, batch: number, options: CommonOptions & Resolution) =>
      runCommand(options, async ({ app, out }) => {
        const result = await resolveBatch(app, week, batch, options);
        if (!result.ok) return result;
        out.print(
          `Batch ${batch} of ${week} is resolved as ${options.as} (${counted(result.recipients, 'recipient')}).`,
        );
        out.print(`Next: ${commandLine(`send --week ${week}`)}`);
        out.document({ week, batch, as: options.as, recipients: result.recipients });
        return exitCodes.done;
      }),
    );
}

function parseBatch(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text))
    throw new InvalidArgumentError('Expected the number of a batch, such as 12.');
  return Number(text);
}
