import type { Readable } from 'node:stream';
import type { Db, Tx } from '../../db/client.ts';
import { findErasedHashes, hasErasedAddresses } from '../../db/queries/audience/erasure.ts';
import {
  createImportStage,
  type ImportReport,
  type ImportRow,
  mergeImportStage,
  stageImportRows,
} from '../../db/queries/audience/subscriber-import.ts';
import type { Keys } from '../../domain/audience/keys.ts';
import { newReaderToken, type SuppressionReason } from '../../domain/audience/subscriber.ts';
import { done, type Result, refuse } from '../../domain/refusal.ts';
import { CsvFileError, readSubscriberCsv } from './read-subscriber-csv.ts';

/** Rows per statement; memory use stays flat whatever the size of the file. */
const chunkSize = 5_000;

/** Lines of duplicates and invalid rows that a report names; the rest is only counted. */
const maxLines = 100;

export interface SubscriberImport extends ImportReport {
  readonly rows: number;
  readonly invalid: number;
  readonly invalidLines: readonly { readonly line: number; readonly fault: string }[];
}

export interface ImportOptions {
  /** Stored as the consent source: who says that these people agreed, and where the list came from. */
  readonly consentSource: string;
  readonly at: Date;
  /** To recognise people who were erased. */
  readonly keys: Pick<Keys, 'hashAddress'>;
  readonly onProgress?: (rows: number) => void;
}

/**
 * Imports a CSV with a column `email`: its rows become confirmed subscribers by the importer's word. Rows without a
 * valid address are left out and named by line; a file that is not CSV changes nothing. Nobody is revived who
 * unsubscribed, is suppressed or was erased, here or by the columns `status` and `suppressed` of an export; other
 * columns are ignored. All in one transaction. Running it twice adds nobody the second time.
 */
export async function importSubscribers(
  db: Db,
  csv: Readable,
  options: ImportOptions,
): Promise<Result<SubscriberImport>> {
  const invalidLines: { line: number; fault: string }[] = [];
  let rows = 0;
  let invalid = 0;
  /** Left alone by what the file says, or because they were erased. */
  const leftAlone = { unsubscribed: 0, suppressed: 0 };
  let chunk: ImportRow[] = [];
  const stage = async (tx: Tx, staged: readonly ImportRow[]) => {
    const erased = await erasedAmong(tx, staged, options.keys);
    for (const { suppression } of erased.values())
      leftAlone[suppression === null ? 'unsubscribed' : 'suppressed'] += 1;
    await stageImportRows(
      tx,
      staged.filter((row) => !erased.has(row)),
    );
  };
  try {
    return await db.transaction(async (tx) => {
      await createImportStage(tx);
      for await (const row of readSubscriberCsv(csv)) {
        rows += 1;
        if (row.kind === 'address') {
          chunk.push({ line: row.line, email: row.email, readerToken: newReaderToken() });
        } else if (row.kind === 'invalid') {
          invalid += 1;
          if (invalidLines.length < maxLines) invalidLines.push({ line: row.line, fault: row.fault });
        } else {
          leftAlone[row.kind] += 1;
        }
        if (chunk.length === chunkSize) {
          await stage(tx, chunk);
          chunk = [];
          options.onProgress?.(rows);
        }
      }
      await stage(tx, chunk);
      options.onProgress?.(rows);
      const report = await mergeImportStage(tx, { source: options.consentSource, at: options.at }, maxLines);
      return done({
        rows,
        ...report,
        unsubscribed: report.unsubscribed + leftAlone.unsubscribed,
        suppressed: report.suppressed + leftAlone.suppressed,
        invalid,
        invalidLines,
      });
    });
  } catch (error) {
    if (error instanceof CsvFileError)
      return refuse(`The CSV cannot be read: ${error.message} Nothing was imported.`);
    throw error;
  }
}

/** The rows of people who were erased, who are known by a keyed hash only. */
async function erasedAmong(
  tx: Tx,
  rows: readonly ImportRow[],
  keys: ImportOptions['keys'],
): Promise<ReadonlyMap<ImportRow, { readonly suppression: SuppressionReason | null }>> {
  if (!(await hasErasedAddresses(tx))) return new Map();
  const hashed = rows.map((row) => [row, keys.hashAddress(row.email)] as const);
  const found = await findErasedHashes(
    tx,
    hashed.map(([, hash]) => hash),
  );
  return new Map(
    hashed.flatMap(([row, hash]) =>
      found.has(hash) ? [[row, { suppression: found.get(hash) ?? null }] as const] : [],
    ),
  );
}
