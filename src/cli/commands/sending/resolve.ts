import { Argument, type Command, InvalidArgumentError, Option } from 'commander';
import { commandLine } from '../../../domain/refusal.ts';
import { type Resolution, resolveBatch } from '../../../pipeline/recover/resolve-batch.ts';
import { parseWeek, withJson } from '../../options.ts';
import { type CommonOptions, exitCodes, runCommand } from '../../run.ts';

export function registerResolve(program: Command): void {
  withJson(program.command('resolve'))
    .description('a person’s answer for a batch of unknown outcome, looked up at the provider')
    .addArgument(new Argument('<week>', 'ISO week of the issue').argParser(parseWeek))
    .addArgument(new Argument('<batch>', 'number of the batch').argParser(parseBatch))
    .addOption(
      new Option('--as <outcome>', 'what became of it')
        .choices(['submitted', 'not-sent'])
        .makeOptionMandatory(),
    )
    .requiredOption('--by <name>', 'who looked it up')
    .requiredOption('--reason <text>', 'how they know; kept')
    .action((week: string, batch: number, options: CommonOptions & Resolution) =>
      runCommand(options, async ({ app, out }) => {
        const result = await resolveBatch(app, week, batch, options);
        if (!result.ok) return result;
        out.print(
          `Batch ${batch} of ${week} is resolved as ${options.as} (${result.recipients} recipient(s)).`,
        );
        out.print(`Next: ${commandLine(`send --week ${week}`)}`);
        out.document({ week, batch, as: options.as, recipients: result.recipients });
        return exitCodes.done;
      }),
    );
}

function parseBatch(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('Expected the number of a batch.');
  return Number(text);
}
