import type { Readable } from 'node:stream';
import type { Db, Tx } from '../../db/client.ts';
import { countOtherSecrets } from '../../db/queries/audience/erased-addresses.ts';
import {
  createImportStage,
  type HashRow,
  type ImportReport,
  type ImportRow,
  mergeImportStage,
  stageHashRows,
  stageImportRows,
} from '../../db/queries/audience/subscriber-import.ts';
import type { Keys } from '../../domain/audience/keys.ts';
import { newReaderToken } from '../../domain/audience/subscriber.ts';
import { done, type Result, refuse } from '../../domain/refusal.ts';
import { CsvFileError, readSubscriberCsv, type SubscriberRow } from './read-subscriber-csv.ts';

/** Rows per statement; memory use stays flat whatever the size of the file. */
const chunkSize = 5_000;

/** Lines of duplicates and invalid rows that a report names; the rest is only counted. */
const maxLines = 100;

export interface SubscriberImport extends ImportReport {
  readonly rows: number;
  /** Rows with only a keyed hash: people whom later imports will recognise. */
  readonly hashes: number;
  /** Hashes that another APP_SECRET made, by which nobody can be recognised: in the file, and in this database. */
  readonly otherSecret: { readonly inFile: number; readonly stored: number };
  readonly invalid: number;
  readonly invalidLines: readonly { readonly line: number; readonly fault: string }[];
}

export interface ImportOptions {
  /** Stored as the consent source: who says that these people agreed, and where the list came from. */
  readonly consentSource: string;
  readonly at: Date;
  /** To recognise people whose address is no longer kept. */
  readonly keys: Pick<Keys, 'hashAddress' | 'secretId'>;
  readonly onProgress?: (rows: number) => void;
}

/**
 * Imports a CSV with a column `email`: its rows become confirmed subscribers by the importer's word. Rows without a
 * valid address are left out and named by line; a file that is not CSV changes nothing. Nobody is revived who
 * unsubscribed, is suppressed or was erased, here or by the columns `status` and `suppressed` of an export; the hashes
 * of an export are stored, and other columns are ignored. All in one transaction. Running it twice adds nobody the
 * second time.
 */
export async function importSubscribers(
  db: Db,
  csv: Readable,
  options: ImportOptions,
): Promise<Result<SubscriberImport>> {
  const { keys } = options;
  const secretId = keys.secretId();
  const invalidLines: { line: number; fault: string }[] = [];
  let [rows, invalid, hashes, inFile] = [0, 0, 0, 0];
  /** By what the file says. */
  const leftAlone = { unsubscribed: 0, suppressed: 0 };
  let people: ImportRow[] = [];
  let hashRows: HashRow[] = [];
  const stage = async (tx: Tx) => {
    await stageImportRows(tx, people);
    await stageHashRows(tx, hashRows);
    people = [];
    hashRows = [];
    options.onProgress?.(rows);
  };
  const take = (row: SubscriberRow) => {
    rows += 1;
    if (row.kind === 'address') {
      const { line, email } = row;
      people.push({ line, email, addressHash: keys.hashAddress(email), readerToken: newReaderToken() });
    } else if (row.kind === 'hash') {
      if (row.secretId !== null && row.secretId !== secretId) inFile += 1;
      else {
        hashes += 1;
        hashRows.push(row);
      }
    } else if (row.kind === 'invalid') {
      invalid += 1;
      if (invalidLines.length < maxLines) invalidLines.push({ line: row.line, fault: row.fault });
    } else {
      leftAlone[row.kind] += 1;
    }
  };
  try {
    return await db.transaction(async (tx) => {
      await createImportStage(tx);
      for await (const row of readSubscriberCsv(csv)) {
        take(row);
        if (people.length + hashRows.length === chunkSize) await stage(tx);
      }
      await stage(tx);
      const report = await mergeImportStage(tx, { source: options.consentSource, at: options.at }, maxLines);
      return done({
        rows,
        ...report,
        unsubscribed: report.unsubscribed + leftAlone.unsubscribed,
        suppressed: report.suppressed + leftAlone.suppressed,
        hashes,
        otherSecret: { inFile, stored: await countOtherSecrets(tx, secretId) },
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
