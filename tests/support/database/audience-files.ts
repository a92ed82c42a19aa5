import { Readable } from 'node:stream';
import { sql } from 'drizzle-orm';
import { exportSubscribers } from '../../../src/audience/import-export/export-subscribers.ts';
import {
  type ImportOptions,
  importSubscribers,
  type SubscriberImport,
} from '../../../src/audience/import-export/import-subscribers.ts';
import type { Db } from '../../../src/db/client.ts';
import { mayBeMailed } from '../../../src/db/queries/sending/freeze.ts';
import { keysFrom } from '../../../src/domain/audience/keys.ts';
import type { Result } from '../../../src/domain/refusal.ts';
import { must } from '../pipeline/test-pipeline.ts';

const at = new Date('2026-11-24T09:00:00Z');
const keys = keysFrom('a secret for tests, and for tests alone');

/** Imports a file as Ada would on 24 November 2026. */
export const tryImport = (
  db: Db,
  csv: string | Buffer,
  options: Partial<ImportOptions> = {},
): Promise<Result<SubscriberImport>> =>
  importSubscribers(db, Readable.from([csv]), {
    consentSource: 'import by Ada (list.csv)',
    at,
    keys,
    ...options,
  });

export const importFile = async (
  db: Db,
  csv: string | Buffer,
  options: Partial<ImportOptions> = {},
): Promise<SubscriberImport> => must(await tryImport(db, csv, options));

export async function exportFile(db: Db): Promise<string> {
  let csv = '';
  for await (const part of exportSubscribers(db)) csv += part;
  return csv;
}

/** Who gets the next issue, in the order of the alphabet. */
export async function mailed(db: Db): Promise<string[]> {
  const { rows } = await db.execute<{ email: string }>(
    sql`select email from subscribers s where ${mayBeMailed(at)} order by email`,
  );
  return rows.map(({ email }) => email);
}

/** The status of each subscriber, and the reason of each suppression, by address. */
export async function standings(db: Db): Promise<Record<string, string>> {
  const { rows } = await db.execute<{ email: string; standing: string }>(sql`
    select coalesce(lower(s.email), x.email) as email, concat_ws(', ', s.status, x.reason) as standing
    from subscribers s full join suppressions x on x.email = lower(s.email)`);
  return Object.fromEntries(rows.map(({ email, standing }) => [email, standing]));
}
