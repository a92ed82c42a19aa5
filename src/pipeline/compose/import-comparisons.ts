import type { Db } from '../../db/client.ts';
import { type ImportCounts, upsertComparisons } from '../../db/queries/issue/comparisons.ts';
import { parseComparisons } from '../../domain/comparison/schema.ts';
import { done, type Result, refuse } from '../../domain/refusal.ts';

/**
 * Inserts or updates comparisons by slug, all or nothing. A refusal names each fault by its JSON path, one a line.
 * Importing the same file again changes nothing.
 */
export async function importComparisons(db: Db, text: string): Promise<Result<ImportCounts>> {
  const json = parseJson(text);
  if (!json.ok) return json;
  const parsed = parseComparisons(json.value);
  if (!parsed.ok) {
    const faults = parsed.faults.map((fault) => `  ${fault.path}: ${fault.message}`);
    return refuse(
      `Nothing was imported; the file has ${faults.length === 1 ? 'a fault' : 'faults'}:\n${faults.join('\n')}`,
    );
  }
  return done(await db.transaction((tx) => upsertComparisons(tx, parsed.comparisons)));
}

function parseJson(text: string): Result<{ value: unknown }> {
  try {
    return done({ value: JSON.parse(text.replace(/^\uFEFF/, '')) as unknown });
  } catch (error) {
    return refuse(`Nothing was imported; the file is not JSON: ${(error as Error).message}`);
  }
}
