import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command, InvalidArgumentError } from 'commander';
import { openEmbedded } from '../../src/db/embedded/index.ts';
import { type Proof, prove, unplanted } from './prove/prove.ts';
import { type SimulationResult, simulate } from './simulate.ts';

/** Of what happened before a violation. */
const linesToShow = 1_000;

const wholeFrom = (min: number) => (text: string) => {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < min)
    throw new InvalidArgumentError(`expected a whole number from ${min}.`);
  return value;
};

interface Given {
  readonly weeks?: number;
  readonly seed: number;
  readonly seeds?: number;
  readonly readers: number;
  readonly json?: true;
  readonly trace?: true;
  readonly server?: string;
  readonly name?: string;
  readonly prove?: true;
  readonly only: string;
}

type Options = Given & { readonly weeks: number; readonly seeds: number };

/** What is enough to find each planted fault, and otherwise a year. */
const defaults = (isProof: boolean) => (isProof ? { weeks: 40, seeds: 12 } : { weeks: 52, seeds: 1 });

await new Command('simulate')
  .description(
    'Runs the real program for simulated years on a virtual clock, with a site, editors, readers, a provider and a machine that do what such do, and compares all that it does with a model. The same seed plays the same years.',
  )
  .option('--weeks <n>', 'weeks to simulate (52; with --prove 40)', wholeFrom(1))
  .option('--seed <n>', 'the first seed', wholeFrom(0), 1)
  .option('--seeds <n>', 'how many seeds, one after the other (1; with --prove up to 12)', wholeFrom(1))
  .option('--readers <n>', 'readers at the beginning', wholeFrom(1), 150)
  .option('--trace', 'print every event')
  .option('--json', 'print the result as JSON, one line for each seed')
  .option('--server <url>', 'a PostgreSQL server to create databases on, rather than one of its own')
  .option('--name <name>', 'name of the database')
  .option('--prove', 'plant one fault after the other into a copy of the source, and see that each is found')
  .option('--only <text>', 'with --prove: only faults with this in their name', '')
  .action(run)
  .parseAsync();

async function run(given: Given): Promise<void> {
  const options = { ...defaults(given.prove === true), ...given };
  if (options.prove) return proveAll(options);
  if (options.server !== undefined) return runOn(options.server, options);
  const folder = await mkdtemp(join(tmpdir(), 'verdicts-simulation-'));
  const server = await openEmbedded(folder, { unsafeFast: true });
  try {
    await runOn(server.url, options);
  } finally {
    await server.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function runOn(serverUrl: string, options: Options): Promise<void> {
  if (options.seeds === 1) return runSeed(serverUrl, options);
  const { weeks, seed, seeds, readers, name, json, trace } = options;
  for (let next = seed; next < seed + seeds; next += 1) {
    // In a process of its own: whatever the program remembers of one seed would change the next.
    const args = [
      '--weeks',
      `${weeks}`,
      '--seed',
      `${next}`,
      '--readers',
      `${readers}`,
      '--server',
      serverUrl,
    ];
    if (name !== undefined) args.push('--name', name);
    if (json) args.push('--json');
    if (trace) args.push('--trace');
    const child = spawn(process.execPath, [...process.execArgv, fileURLToPath(import.meta.url), ...args], {
      stdio: 'inherit',
    });
    const [code] = await once(child, 'exit');
    if (code === 0) continue;
    process.exitCode = 1;
    return;
  }
}

async function runSeed(serverUrl: string, options: Options): Promise<void> {
  const { weeks, seed, readers, name, json, trace } = options;
  const latest: string[] = [];
  const result = await simulate({
    ...{ serverUrl, weeks, seed, readers },
    ...(name === undefined ? {} : { name }),
    onEvent: (step, at, what) => {
      const line = `${step} ${at.toISOString()} ${what}\n`;
      if (trace) process.stderr.write(line);
      else latest.push(line);
      if (latest.length > 2 * linesToShow) latest.splice(0, linesToShow);
    },
  });
  process.stdout.write(json ? `${JSON.stringify(result)}\n` : table(result));
  if (result.violations.length === 0) return;
  process.stderr.write(
    `${latest.slice(-linesToShow).join('')}To play it again: npm run simulate -- --weeks ${weeks} --seed ${seed} --readers ${readers}\n`,
  );
  process.exitCode = 1;
}

async function proveAll({ weeks, seeds, only }: Options): Promise<void> {
  const proofs = await prove({
    ...{ weeks, seeds, only, workers: availableParallelism() },
    onProof: (proof) => process.stderr.write(`${proofLine(proof)}\n`),
  });
  process.stdout.write(`\n${proofTable(proofs)}`);
  const isWrong = ({ fault, found }: Proof) => (found === null) !== (fault === unplanted.name);
  if (proofs.some(isWrong)) process.exitCode = 1;
}

function proofLine({ fault, found, problem, seed, step, seconds }: Proof): string {
  return `${fault}: ${problem ?? found ?? 'NOT FOUND'} (seed ${seed}, step ${step}, ${seconds} s)`;
}

/** In Markdown, for the documentation. */
function proofTable(all: readonly Proof[]): string {
  const proofs = all.filter(({ fault }) => fault !== unplanted.name);
  const rows = proofs.map(
    ({ fault, found, problem, seed, step, seconds }) =>
      `| ${fault} | ${problem ?? found ?? '**not found**'} | ${seed ?? ''} | ${step ?? ''} | ${seconds} |`,
  );
  const times = proofs.map(({ seconds }) => seconds).toSorted((a, b) => a - b);
  const found = proofs.filter((proof) => proof.found !== null).length;
  return `${['| Fault | What the simulator says | Seed | Step | Seconds |', '| --- | --- | --- | --- | --- |', ...rows].join('\n')}

Found ${found} of ${proofs.length}; median ${times[Math.floor(times.length / 2)]} s.
`;
}

function table({ violations, ...figures }: SimulationResult): string {
  const lines = Object.entries(figures).map(([name, value]) => `${name.padEnd(14)}${value}`);
  const broken = violations.map(({ step, at, what }) => `step ${step}, ${at}: ${what}`);
  return `${[...lines, `${'violations'.padEnd(14)}${violations.length}`, ...broken].join('\n')}\n\n`;
}
