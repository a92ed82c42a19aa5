import { writeFile } from 'node:fs/promises';
import { Command, InvalidArgumentError, Option } from 'commander';
import { explainDelivery } from './explain/index.ts';
import { benchLimiter, type LimiterOptions } from './limiter/index.ts';
import { benchRender, type RenderOptions } from './render/index.ts';
import { benchSend, type SendOptions } from './send/index.ts';

const program = new Command('bench').description(
  'Measures what is promised. Keep the machine quiet meanwhile.',
);

const whole = (text: string) => {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1)
    throw new InvalidArgumentError('expected a whole number from 1.');
  return number;
};

function printFigures(figures: Readonly<Record<string, number>>): void {
  for (const [name, figure] of Object.entries(figures))
    process.stdout.write(`${name.padEnd(20)} ${Number(figure.toPrecision(4))}\n`);
}

program
  .command('send')
  .description('sends an issue to a receiver on this machine, beside the naive loop and the raw ceiling')
  .option('--recipients <n>', 'how many', whole, 100_000)
  .addOption(new Option('--mode <mode>', 'of delivery').choices(['template', 'inline']).default('template'))
  .option('--runs <n>', 'the median of so many counts', whole, 3)
  .option('--workers <n>', 'worker processes', whole, 1)
  .option('--json <file>', 'writes the figures there too')
  .action(async ({ json, ...options }: SendOptions & { readonly json?: string }) => {
    const figures = await benchSend(options, (line) => process.stderr.write(`${line}\n`));
    printFigures({ ...figures });
    if (json !== undefined) await writeFile(json, `${JSON.stringify({ ...options, ...figures }, null, 2)}\n`);
  });

program
  .command('render')
  .description('renders the sample week, and fills it for readers, inline and in template mode')
  .option('--comparisons <n>', 'in the issue, up to 10', whole, 5)
  .option('--runs <n>', 'the median of so many', whole, 50)
  .action(async (options: RenderOptions) => printFigures({ ...(await benchRender(options)) }));

program
  .command('limiter')
  .description('worker processes at the pace of a provider that enforces its limit')
  .option('--limit <n>', 'requests a second that it allows', whole, 10)
  .option('--workers <n>', 'worker processes', whole, 4)
  .option('--seconds <n>', 'about how long', whole, 60)
  .action(async (options: LimiterOptions) => printFigures({ ...(await benchLimiter(options)) }));

program
  .command('explain')
  .description('shows how PostgreSQL carries out the statements of sending; 1 when one reads a table whole')
  .option('--recipients <n>', 'deliveries in the issue', whole, 1_000_000)
  .action(async ({ recipients }: { readonly recipients: number }) => {
    const plans = await explainDelivery(recipients, (line) => process.stderr.write(`${line}\n`));
    for (const { step, plan } of plans) process.stdout.write(`-- ${step}\n${plan}\n\n`);
    const scans = plans.filter(({ scanned }) => scanned.some((table) => table !== 'issues'));
    for (const { step } of scans) process.stderr.write(`Reads a whole table: ${step}\n`);
    if (scans.length > 0) process.exitCode = 1;
  });

await program.parseAsync();
