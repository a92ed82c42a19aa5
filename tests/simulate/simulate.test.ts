import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { applyEdit } from './prove/fault.ts';
import { faults } from './prove/faults/index.ts';
import { simulated } from './simulated.ts';

const root = join(import.meta.dirname, '../..');

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

test.each(faults)('the planted fault "$name" still fits the source', async ({ edits }) => {
  for (const edit of edits) {
    const source = await readFile(join(root, edit.file), 'utf8');
    expect(applyEdit(source, edit)).not.toBe(source);
  }
});
