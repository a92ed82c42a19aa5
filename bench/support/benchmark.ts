import { writeFile } from 'node:fs/promises';
import { Command, InvalidArgumentError, Option } from 'commander';

export interface Benchmark<Options extends object> {
  readonly name: string;
  readonly description: string;
  readonly options: readonly Option[];
  /** Returns figures by name. Throws when what it measured went wrong. */
  run(options: Options, log: Log): Promise<object>;
}

export type Log = (line: string) => void;

export const log: Log = (line) => void process.stderr.write(`${line}\n`);

/** An option that takes a whole number from 1. */
export const count = (name: string, description: string, byDefault: number): Option =>
  new Option(`--${name} <n>`, description).argParser(wholeNumber).default(byDefault);

function wholeNumber(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1)
    throw new InvalidArgumentError('expected a whole number from 1.');
  return number;
}

/** A command that runs a benchmark and prints its figures. */
export function commandFor<Options extends object>({
  name,
  description,
  options,
  run,
}: Benchmark<Options>): Command {
  const command = new Command(name).description(description);
  for (const option of options) command.addOption(option);
  return command
    .option('--json <file>', 'also write options and figures to this file')
    .action(async ({ json, ...given }: Options & { readonly json?: string }) => {
      const figures = await run(given as Options, log);
      for (const [figure, value] of Object.entries(figures))
        process.stdout.write(`${figure.padEnd(20)} ${Number(value.toPrecision(4))}\n`);
      if (json !== undefined) await writeFile(json, `${JSON.stringify({ ...given, ...figures }, null, 2)}\n`);
    });
}
