import { writeFile } from 'node:fs/promises';
import { Command, InvalidArgumentError, Option } from 'commander';
import { explainDelivery } from './explain/index.ts';
import { benchLimiter, type LimiterOptions } from './limiter/index.ts';
import { benchPages, type PagesOptions } from './pages/index.ts';
import { benchReaders, type ReadersOptions } from './readers/index.ts';
import { benchRender, type RenderOptions } from './render/index.ts';
import { benchSend, type SendOptions } from './send/index.ts';
import { benchWebhooks, type WebhookOptions } from './webhooks/index.ts';

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
  .action((options: SendOptions & Json) => table(options, benchSend));

program
  .command('webhooks')
  .description('posts shuffled events, 30 % of them twice, to web processes; counts must be exact')
  .option('--events <n>', 'how many', whole, 20_000)
  .option('--processes <n>', 'web processes', whole, 2)
  .option('--connections <n>', 'that post at once', whole, 50)
  .option('--runs <n>', 'the median of so many counts', whole, 3)
  .option('--json <file>', 'writes the figures there too')
  .action((options: WebhookOptions & Json) => table(options, benchWebhooks));

program
  .command('readers')
  .description(
    'leaving, signing up and the front page with a large audience; whether time tells who is known',
  )
  .option('--subscribers <n>', 'in the table', whole, 1_000_000)
  .option('--requests <n>', 'of each kind', whole, 10_000)
  .option('--connections <n>', 'at once', whole, 50)
  .option('--tries <n>', 'sign-ups of known and of unknown addresses in turns', whole, 1_000)
  .option('--json <file>', 'writes the figures there too')
  .action((options: ReadersOptions & Json) => table(options, benchReaders));

program
  .command('pages')
  .description('asks a web process for the archive and the feed')
  .option('--subscribers <n>', 'in the table', whole, 1_000_000)
  .option('--issues <n>', 'in the archive', whole, 200)
  .option('--connections <n>', 'at once', whole, 50)
  .option('--seconds <n>', 'a page', whole, 10)
  .option('--json <file>', 'writes the figures there too')
  .action((options: PagesOptions & Json) => table(options, benchPages));

interface Json {
  readonly json?: string;
}

async function table<Options>(
  { json, ...options }: Options & Json,
  bench: (options: Options, say: (line: string) => void) => Promise<object>,
): Promise<void> {
  const figures = await bench(options as Options, (line) => process.stderr.write(`${line}\n`));
  printFigures({ ...figures });
  if (json !== undefined) await writeFile(json, `${JSON.stringify({ ...options, ...figures }, null, 2)}\n`);
}

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
