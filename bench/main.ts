import { Command } from 'commander';
import { type ExplainOptions, explainWeek, readsTooMuch } from './explain/index.ts';
import { limiter } from './limiter.ts';
import { pace } from './pace/index.ts';
import { pages } from './pages.ts';
import { readers } from './readers.ts';
import { render } from './render.ts';
import { retention } from './retention/index.ts';
import { send } from './send/index.ts';
import { commandFor, count, log } from './support/benchmark.ts';
import { statisticsOption } from './support/prepare-issue.ts';
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
program.addCommand(commandFor(pace));
program.addCommand(commandFor(retention));

program
  .command('explain')
  .description(
    "prints PostgreSQL's plans for the statements of a week; exits 1 when one that is no aggregate reads more than 100 rows or pages for each that it returns",
  )
  .addOption(count('recipients', 'deliveries in the issue', 1_000_000))
  .addOption(count('past', 'issues of the weeks before', 104))
  .addOption(statisticsOption())
  .action(async (options: ExplainOptions) => {
    const steps = await explainWeek(options, log);
    for (const { name, plans, rows } of steps)
      for (const { plan, reads } of plans)
        process.stdout.write(`-- ${name}: ${reads} read for ${rows}\n${plan}\n\n`);
    const tooMuch = steps.filter(readsTooMuch);
    for (const { name } of tooMuch) log(`Reads more than a hundred times what it returns: ${name}`);
    if (tooMuch.length > 0) process.exitCode = 1;
  });

await program.parseAsync();
