import { Command, InvalidArgumentError, Option } from 'commander';
import { brokenPromises, type ChaosFigures, type ChaosOptions, runChaos } from './run-chaos.ts';

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
  .description('Sends issues while processes are killed, PostgreSQL crashes and the provider fails.')
  .option('--minutes <n>', 'start another issue until this time is up', numberFrom(0), 5)
  .option('--recipients <n>', 'recipients of each issue', numberFrom(1), 30_000)
  .option('--workers <n>', 'run 1 to this many worker processes at once', numberFrom(1), 4)
  .option('--faults <share>', 'share of the requests that fail, 0 to 1', numberFrom(0), 0.1)
  .option('--kill-every-ms <n>', 'average time between two kills', numberFrom(50), 1_000)
  .option('--limit <n>', 'requests a second that the provider allows', numberFrom(1), 12)
  .option('--latency-ms <n>', 'until the provider answers', numberFrom(0), 100)
  .addOption(new Option('--mode <mode>', 'delivery mode').choices(['template', 'inline']).default('template'))
  .option('--no-restart', 'do not crash PostgreSQL')
  .option('--embedded', 'with the embedded PostgreSQL, which those that use it start again')
  .option('--seed <n>', 'repeat the random choices of an earlier run', numberFrom(0), Date.now() % 1_000_000)
  .option('--json', 'print the figures as JSON, one line for each issue')
  .action(async ({ minutes, json, ...options }: Options) => {
    const until = performance.now() + minutes * 60_000;
    let seed = options.seed;
    do {
      const figures = await runChaos({ ...options, seed, timeoutMs: 3_600_000 }, (line) =>
        process.stderr.write(`${line}\n`),
      );
      process.stdout.write(json ? `${JSON.stringify(figures)}\n` : table(figures));
      const broken = brokenPromises(figures);
      if (broken.length > 0) {
        process.stderr.write(
          `Promises broken: ${broken.join(', ')}. To run this again, add --seed ${seed}\n`,
        );
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
