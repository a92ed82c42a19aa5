import { writeFile } from 'node:fs/promises';
import { Command, InvalidArgumentError, Option } from 'commander';
import { explainDelivery } from './explain/index.ts';
import { benchLimiter, type LimiterOptions } from './limiter.ts';
import { benchPages, type PagesOptions } from './pages.ts';
import { benchReaders, type ReadersOptions } from './readers.ts';
import { benchRender, type RenderOptions } from './render.ts';
import { benchSend, type SendOptions } from './send/index.ts';
import { benchWebhooks, type WebhookOptions } from './webhooks.ts';

const program = new Command('bench').description(
  'Measures the promised speeds. Leave the machine alone while a benchmark runs.',
);

const log = (line: string) => void process.stderr.write(`${line}\n`);

function wholeNumber(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1)
    throw new InvalidArgumentError('expected a whole number from 1.');
  return number;
}

const count = (name: string, description: string, byDefault: number) =>
  new Option(`--${name} <n>`, description).argParser(wholeNumber).default(byDefault);

/** Adds a command that prints the figures of a benchmark. */
function benchmark<Options>(
  name: string,
  description: string,
  options: readonly Option[],
  run: (options: Options, log: (line: string) => void) => Promise<object>,
): void {
  const command = program.command(name).description(description);
  for (const option of options) command.addOption(option);
  command
    .option('--json <file>', 'also write options and figures to this file')
    .action(async ({ json, ...given }: Options & { readonly json?: string }) => {
      const figures = await run(given as Options, log);
      for (const [figure, value] of Object.entries(figures))
        process.stdout.write(`${figure.padEnd(20)} ${Number(value.toPrecision(4))}\n`);
      if (json !== undefined) await writeFile(json, `${JSON.stringify({ ...given, ...figures }, null, 2)}\n`);
    });
}

benchmark<SendOptions>(
  'send',
  'sends an issue to a receiver on this machine; compares with a naive loop and with the bytes alone',
  [
    count('recipients', 'confirmed subscribers', 100_000),
    new Option('--mode <mode>', 'delivery mode').choices(['template', 'inline']).default('template'),
    count('runs', 'prints the median of this many runs', 3),
    count('workers', 'worker processes', 1),
  ],
  benchSend,
);

benchmark<WebhookOptions>(
  'webhooks',
  'posts shuffled events, 30 % of them duplicates, to web processes; fails when a count is wrong',
  [
    count('events', 'events to post', 20_000),
    count('processes', 'web processes', 2),
    count('connections', 'connections at once', 50),
    count('runs', 'prints the median of this many runs', 3),
  ],
  benchWebhooks,
);

benchmark<ReadersOptions>(
  'readers',
  'unsubscribes, signs up and opens the front page; checks that response times do not reveal who is subscribed',
  [
    count('subscribers', 'rows in the table', 1_000_000),
    count('requests', 'requests of each kind', 10_000),
    count('connections', 'connections at once', 50),
    count('tries', 'sign-ups of known and of unknown addresses each, to compare their times', 1_000),
  ],
  benchReaders,
);

benchmark<PagesOptions>(
  'pages',
  'requests the pages of the archive and the feed from a web process',
  [
    count('subscribers', 'rows in the table', 1_000_000),
    count('issues', 'issues in the archive', 200),
    count('connections', 'connections at once', 50),
    count('seconds', 'for each page', 10),
  ],
  benchPages,
);

benchmark<RenderOptions>(
  'render',
  'renders the sample week and fills it for readers, in inline and template mode',
  [
    count('comparisons', 'comparisons in the issue, up to 20', 5),
    count('runs', 'prints the median of this many runs', 50),
  ],
  benchRender,
);

benchmark<LimiterOptions>(
  'limiter',
  'runs worker processes against a provider that enforces its rate limit',
  [
    count('limit', 'requests a second that the provider allows', 10),
    count('workers', 'worker processes', 4),
    count('seconds', 'about how long the run takes', 60),
  ],
  benchLimiter,
);

program
  .command('explain')
  .description(
    "prints PostgreSQL's plans for the statements of sending; exits 1 when one scans a whole table",
  )
  .addOption(count('recipients', 'deliveries in the issue', 1_000_000))
  .action(async ({ recipients }: { readonly recipients: number }) => {
    const plans = await explainDelivery(recipients, log);
    for (const { step, plan } of plans) process.stdout.write(`-- ${step}\n${plan}\n\n`);
    const scans = plans.filter(({ scanned }) => scanned.some((table) => table !== 'issues'));
    for (const { step } of scans) log(`Scans a whole table: ${step}`);
    if (scans.length > 0) process.exitCode = 1;
  });

await program.parseAsync();
