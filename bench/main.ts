import { Command } from 'commander';
import { explainDelivery } from './explain/index.ts';
import { limiter } from './limiter.ts';
import { pages } from './pages.ts';
import { readers } from './readers.ts';
import { render } from './render.ts';
import { send } from './send/index.ts';
import { commandFor, count, log } from './support/benchmark.ts';
import { webhooks } from './webhooks.ts';

const program = new Command('bench').description(
  'Measures the promised speeds. Leave the machine alone while a benchmark runs.',
);

program.addCommand(commandFor(send));
program.addCommand(commandFor(webhooks));
program.addCommand(commandFor(readers));
program.addCommand(commandFor(pages));
program.addCommand(commandFor(render));
program.addCommand(commandFor(limiter));

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
