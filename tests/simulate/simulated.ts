import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { inject } from 'vitest';
import type { SimulationResult } from './simulate.ts';

const root = join(import.meta.dirname, '../..');

/**
 * In a process of its own, since it replaces the process's clock.
 *
 * @param server where; null for a server of its own, which takes some seconds longer
 */
export async function simulated(
  name: string,
  weeks: number,
  seed: number,
  server: string | null = inject('templateUrl'),
): Promise<SimulationResult[]> {
  const numbers = ['--weeks', `${weeks}`, '--seed', `${seed}`];
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [
      ...['--import', './src/runtime.mjs', 'tests/simulate/main.ts', '--json', ...numbers],
      ...(server === null ? [] : ['--server', server]),
      ...['--name', name],
    ],
    { cwd: root },
  ).catch((error: { stdout: string }) => error);
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as SimulationResult);
}
