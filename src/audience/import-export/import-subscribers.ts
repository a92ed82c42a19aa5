import { pipeline, type Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import type { Db, Tx } from '../../db/client.ts';
import { findErasedHashes, hasErasedAddresses } from '../../db/queries/audience/erasure.ts';
import {
  createImportStage,
  type ImportReport,
  type ImportRow,
  mergeImportStage,
  stageImportRows,
} from '../../db/queries/audience/subscriber-import.ts';
import { parseEmailAddress } from '../../domain/audience/email-address.ts';
import type { Keys } from '../../domain/audience/keys.ts';
import {
  newReaderToken,
  type SuppressionReason,
  suppressionReasons,
} from '../../domain/audience/subscriber.ts';
import { done, type Result, refuse } from '../../domain/refusal.ts';

/** Rows a statement; memory stays flat whatever the size of the file. */
const chunkSize = 5_000;

/** Lines of duplicates and bad rows that a report names; the rest is counted. */
const maxLines = 100;

export interface SubscriberImport extends ImportReport {
  readonly rows: number;
  readonly invalid: number;
  readonly invalidLines: readonly { readonly line: number; readonly fault: string }[];
}

export interface ImportOptions {
  /** Kept as the consent source: who says that these people agreed, and where the list came from. */
  readonly consentSource: string;
  readonly at: Date;
  /** To know again who was erased. */
  readonly keys: Pick<Keys, 'hashAddress'>;
  readonly onProgress?: (rows: number) => void;
}

/**
 * Reads a CSV with a column `email` and makes its rows confirmed subscribers by the importer's word. Rows that
 * are no address are left out and named by line; a file that is not CSV changes nothing. Never revives who
 * unsubscribed, is suppressed or was erased, here or by the columns `status` and `suppressed` of an export; other columns
 * are ignored. Running it twice adds nobody the second time.
 */
export async function importSubscribers(
  db: Db,
  csv: Readable,
  options: ImportOptions,
): Promise<Result<SubscriberImport>> {
  const invalidLines: { line: number; fault: string }[] = [];
  let rows = 0;
  let invalid = 0;
  const leftBefore = { unsubscribed: 0, suppressed: 0 };
  let chunk: ImportRow[] = [];
  const stage = async (tx: Tx, staged: readonly ImportRow[]) => {
    const erased = await erasedAmong(tx, staged, options.keys);
    for (const { suppression } of erased.values())
      leftBefore[suppression === null ? 'unsubscribed' : 'suppressed'] += 1;
    await stageImportRows(
      tx,
      staged.filter((row) => !erased.has(row)),
    );
  };
  try {
    return await db.transaction(async (tx) => {
      await createImportStage(tx);
      for await (const { record, info } of readCsv(csv)) {
        rows += 1;
        const parsed = readAddress(record);
        const left = whyLeft(record);
        if (left !== null) {
          leftBefore[left] += 1;
        } else if (typeof parsed === 'string') {
          chunk.push({ line: info.lines, email: parsed, readerToken: newReaderToken() });
        } else {
          invalid += 1;
          if (invalidLines.length < maxLines) invalidLines.push({ line: info.lines, fault: parsed.fault });
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
        unsubscribed: report.unsubscribed + leftBefore.unsubscribed,
        suppressed: report.suppressed + leftBefore.suppressed,
        invalid,
        invalidLines,
      });
    });
  } catch (error) {
    if (error instanceof CsvError || error instanceof MissingColumnError) {
      const fault = error instanceof CsvError ? csvFault(error) : error.message;
      return refuse(`The CSV cannot be read: ${fault} Nothing was imported.`);
    }
    throw error;
  }
}

/** In our words: csv-parse quotes the row, which holds an address. */
function csvFault({ code, lines }: CsvError & { readonly lines?: number }): string {
  const where = lines === undefined ? '' : `line ${lines}: `;
  if (code === 'CSV_QUOTE_NOT_CLOSED') return `${where}a quote that opens there is never closed.`;
  if (code === 'CSV_MAX_RECORD_SIZE') return `${where}a row longer than 100,000 characters.`;
  if (/QUOTE/.test(code))
    return `${where}a quote inside a field; write it twice ("") and the field in quotes.`;
  return `${where}it is no CSV (${code}).`;
}

/** Rows of people who were erased: known by a keyed hash alone. */
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

class MissingColumnError extends Error {}

const columns = ['email', 'status', 'suppressed'] as const;

type CsvRecord = { readonly [Column in (typeof columns)[number]]?: string };

interface CsvRow {
  readonly record: CsvRecord;
  readonly info: { readonly lines: number };
}

/** An export puts an apostrophe before what a spreadsheet would take for a formula: `'+tag@…`. */
function readAddress({ email = '', status }: CsvRecord) {
  if (status?.toLowerCase() === 'pending') return { fault: 'pending in this file' };
  return parseEmailAddress(email.replace(/^'(?=[=+-])/, ''));
}

/** What an export says of who left, in a database that does not know them too. */
function whyLeft({ status, suppressed }: CsvRecord): 'unsubscribed' | 'suppressed' | null {
  if (suppressionReasons.some((reason) => reason === suppressed)) return 'suppressed';
  return status?.toLowerCase() === 'unsubscribed' ? 'unsubscribed' : null;
}

async function* readCsv(csv: Readable): AsyncGenerator<CsvRow> {
  let named = false;
  const parser = parse({
    bom: true,
    info: true,
    trim: true,
    skip_empty_lines: true,
    relax_column_count: true,
    max_record_size: 100_000,
    columns: (header: string[]) => {
      named = true;
      const names = header.map((name) => name.trim().toLowerCase());
      if (names.filter((name) => name === 'email').length !== 1) {
        throw new MissingColumnError(
          `line 1 must name exactly one column "email"; it has ${namesOf(header)}.`,
        );
      }
      return names.map((name) => columns.find((column) => column === name) ?? null);
    },
  });
  // Unlike pipe(), this passes on the failure of a source that has failed already.
  yield* pipeline(csv, parser, () => {}) as unknown as AsyncIterable<CsvRow>;
  if (!named) throw new MissingColumnError('it is empty; line 1 must name a column "email".');
}

/** A file without a header has an address there, which no message may hold. */
function namesOf(header: readonly string[]): string {
  if (header.some((name) => name.includes('@'))) return 'addresses, not names';
  return header.join(', ').slice(0, 200);
}
