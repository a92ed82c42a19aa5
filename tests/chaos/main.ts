import { Command, InvalidArgumentError, Option } from 'commander';
import { type ChaosFigures, type ChaosOptions, faultsOf, runChaos } from './run-chaos.ts';

const numberFrom = (min: number) => (text: string) => {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value < min)
    throw new InvalidArgumentError(`expected a number from ${min}.`);
  return value;
};

interface Options extends Omit<ChaosOptions, 'timeoutMs'> {
  readonly minutes: number;
  readonly json?: true;
}

await new Command('chaos')
  .description('Sends issues while everything around is killed, cut and refused, until the time is up.')
  .option('--minutes <n>', 'begins another issue until then; the last one is finished', numberFrom(0), 5)
  .option('--recipients <n>', 'of each issue', numberFrom(1), 30_000)
  .option('--workers <n>', 'worker processes at once: 1 to this many', numberFrom(1), 4)
  .option('--faults <share>', 'of the requests that go wrong', numberFrom(0), 0.1)
  .option('--kill-every-ms <n>', 'between two kills, on average', numberFrom(50), 1_000)
  .option('--limit <n>', 'requests a second that the provider allows', numberFrom(1), 12)
  .addOption(new Option('--mode <mode>', 'of delivery').choices(['template', 'inline']).default('template'))
  .option('--no-restart', 'leave PostgreSQL alone')
  .option('--seed <n>', 'to repeat a run as far as chance allows', numberFrom(0), Date.now() % 1_000_000)
  .option('--json', 'print the figures as JSON, a line an issue')
  .action(async ({ minutes, json, ...options }: Options) => {
    const until = performance.now() + minutes * 60_000;
    let seed = options.seed;
    do {
      const figures = await runChaos({ ...options, seed, timeoutMs: 3_600_000 }, (line) =>
        process.stderr.write(`${line}\n`),
      );
      process.stdout.write(json ? `${JSON.stringify(figures)}\n` : table(figures));
      const wrong = faultsOf(figures);
      if (wrong.length > 0) {
        process.stderr.write(`Not as promised: ${wrong.join(', ')}. Again with: --seed ${seed}\n`);
        process.exitCode = 1;
        return;
      }
      seed += 1;
    } while (performance.now() < until);
  })
  .parseAsync();

function table(figures: ChaosFigures): string {
  return Object.entries(figures)
    .map(([name, value]) => `${name.padEnd(26)}${typeof value === 'number' ? Math.round(value) : value}\n`)
    .join('');
}
