import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, inject, test } from 'vitest';
import { applyEdit } from './prove/fault.ts';
import { faults } from './prove/faults/index.ts';
import type { SimulationResult } from './simulate.ts';

const root = join(import.meta.dirname, '../..');

/** In a process of its own, since it replaces the process's clock. */
async function simulated(name: string, weeks: number, seed: number): Promise<SimulationResult[]> {
  const numbers = ['--weeks', `${weeks}`, '--seed', `${seed}`];
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [
      ...['--import', './src/runtime.mjs', 'tests/simulate/main.ts', '--json', ...numbers],
      ...['--server', inject('templateUrl'), '--name', name],
    ],
    { cwd: root },
  ).catch((error: { stdout: string }) => error);
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as SimulationResult);
}

test('in half a year of any seed, the program keeps what it promises', async () => {
  const seeds = [1, 2, 3].map((seed) => simulated(`simulation_of_half_a_year_${seed}`, 26, seed));
  const results = (await Promise.all(seeds)).flat();
  expect(
    results.flatMap(({ seed, violations }) => violations.map((violation) => ({ seed, ...violation }))),
  ).toEqual([]);
  expect(results).toHaveLength(3);
  for (const { mails, decisions } of results) expect(Math.min(mails, decisions)).toBeGreaterThan(0);
  expect(new Set(results.map(({ hash }) => hash)).size).toBe(3);
});

test('the same seed plays the same weeks, on two databases at once', async () => {
  const [[one], [other]] = await Promise.all([
    simulated('simulation_one', 3, 7),
    simulated('simulation_other', 3, 7),
  ]);
  expect(one?.hash).toBe(other?.hash);
});

test.each(faults)('the planted fault "$name" still fits the source', async ({ edits }) => {
  for (const edit of edits) {
    const source = await readFile(join(root, edit.file), 'utf8');
    expect(applyEdit(source, edit)).not.toBe(source);
  }
});
