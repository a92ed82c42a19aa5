import { spawn } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { SimulationResult } from '../simulate.ts';
import { applyEdit, type Fault } from './fault.ts';
import { faults } from './faults/index.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const copied = ['src', 'jobs', 'emails', 'templates', 'tests', 'package.json', 'tsconfig.json'];

export interface Proof {
  readonly fault: string;
  /** What the simulator said; null if it found nothing, or the patch does not apply. */
  readonly found: string | null;
  readonly seed: number | null;
  readonly step: number | null;
  readonly seconds: number;
  /** Why it could not be tried. */
  readonly problem: string | null;
}

export interface ProveOptions {
  readonly weeks: number;
  readonly seeds: number;
  /** Faults tried at the same time. */
  readonly workers: number;
  /** Only faults whose name has this in it. */
  readonly only: string;
  readonly onProof: (proof: Proof) => void;
}

/** Whether the seeds are clean without a fault: otherwise finding something proves nothing. */
export const unplanted: Fault = { name: 'no fault', edits: [] };

/** Plants each fault into a copy of the source, and runs seeds until the simulator finds it. */
export async function prove(options: ProveOptions): Promise<readonly Proof[]> {
  const left = [unplanted, ...faults.filter(({ name }) => name.includes(options.only))];
  const order = new Map(left.map(({ name }, index) => [name, index]));
  const proofs: Proof[] = [];
  const worker = async () => {
    const folder = await copySource();
    try {
      for (let next = left.shift(); next !== undefined; next = left.shift()) {
        const proof = await tryFault(folder, next, options);
        proofs.push(proof);
        options.onProof(proof);
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };
  await Promise.all(Array.from({ length: options.workers }, worker));
  return proofs.toSorted((a, b) => (order.get(a.fault) ?? 0) - (order.get(b.fault) ?? 0));
}

async function copySource(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'verdicts-fault-'));
  for (const name of copied) await cp(join(root, name), join(folder, name), { recursive: true });
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

async function tryFault(folder: string, fault: Fault, options: ProveOptions): Promise<Proof> {
  const startedAt = performance.now();
  const seconds = () => Math.round((performance.now() - startedAt) / 100) / 10;
  const nothing = { fault: fault.name, found: null, seed: null, step: null };
  const files = [...new Set(fault.edits.map(({ file }) => file))];
  try {
    for (const file of files) {
      const edits = fault.edits.filter((edit) => edit.file === file);
      const original = await readFile(join(root, file), 'utf8');
      await writeFile(join(folder, file), edits.reduce(applyEdit, original));
    }
    const result = await runSeeds(folder, options);
    const [first] = result?.violations ?? [];
    if (result === null || first === undefined) return { ...nothing, seconds: seconds(), problem: null };
    return {
      fault: fault.name,
      found: first.what,
      seed: result.seed,
      step: first.step,
      seconds: seconds(),
      problem: null,
    };
  } catch (error) {
    return { ...nothing, seconds: seconds(), problem: (error as Error).message };
  } finally {
    for (const file of files) await cp(join(root, file), join(folder, file));
  }
}

/** The last result: the one with the violation, if there was one. On a server of its own, where a seed is always the same. */
async function runSeeds(folder: string, { weeks, seeds }: ProveOptions): Promise<SimulationResult | null> {
  const args = [
    '--import',
    './src/runtime.mjs',
    'tests/simulate/main.ts',
    '--json',
    '--weeks',
    String(weeks),
    '--seeds',
    String(seeds),
  ];
  const child = spawn(process.execPath, args, {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [output, errors] = [collect(child.stdout), collect(child.stderr)];
  const code = await new Promise<number | null>((resolve, reject) =>
    child.on('close', resolve).on('error', reject),
  );
  const lines = (await output)
    .trim()
    .split('\n')
    .filter((line) => line.startsWith('{'));
  const last = lines.at(-1);
  if (last === undefined)
    throw new Error(`the simulator ended with ${code}: ${(await errors).slice(0, 500)}`);
  return JSON.parse(last) as SimulationResult;
}

async function collect(stream: NodeJS.ReadableStream): Promise<string> {
  let text = '';
  for await (const chunk of stream) text += chunk;
  return text;
}
