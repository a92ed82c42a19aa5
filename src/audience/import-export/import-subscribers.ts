import type { Readable } from 'node:stream';
import type { Db, Tx } from '../../db/client.ts';
import { countOtherSecrets } from '../../db/queries/audience/erased-addresses.ts';
import { createImportStage } from '../../db/queries/audience/import-stage.ts';
import { type ImportReport, mergeImportStage } from '../../db/queries/audience/subscriber-import.ts';
import type { Keys } from '../../domain/audience/keys.ts';
import { done, type Refusal, type Result, refuse, waitForPerson } from '../../domain/refusal.ts';
import { CsvFileError, NotTextError } from './csv-file-error.ts';
import type { Layout } from './read-header.ts';
import { type CsvOptions, openSubscriberCsv } from './read-subscriber-csv.ts';
import { StagedFile, type StagedRows } from './staged-file.ts';

/** Lines that a report names of each kind; the others are only counted. */
const maxLines = 100;

/** More than this part of the subscriptions, and at least so many, are not ended without `mayEndMany`. */
const fewEnded = { part: 0.1, count: 50 };

/** How the file was read. */
export interface Understood {
  readonly encoding: string;
  readonly delimiter: string;
  readonly addresses: string;
  /** The columns that may say no. */
  readonly maySayNo: readonly string[];
  readonly isOwnExport: boolean;
}

export interface SubscriberImport extends Omit<ImportReport, 'subscribedBefore'>, StagedRows {
  readonly isDryRun: boolean;
  /** Whether the file ends so many subscriptions that it is only imported with `mayEndMany`. */
  readonly endsMany: boolean;
  readonly understood: Understood;
  /** Hashes that another APP_SECRET made, by which nobody can be recognised: in the file, and in this database. */
  readonly otherSecret: { readonly inFile: number; readonly stored: number };
}

export interface ImportOptions extends CsvOptions {
  /** Stored as the consent source: who says that these people agreed, and where the list came from. */
  readonly consentSource: string;
  readonly at: Date;
  /** To recognise people whose address is no longer kept. */
  readonly keys: Pick<Keys, 'hashAddress' | 'secretId'>;
  /** Changes nothing, and reports what the import would do. */
  readonly isDryRun?: boolean;
  /** Somebody has looked at how many subscriptions the file ends. */
  readonly mayEndMany?: boolean;
  readonly onProgress?: (rows: number) => void;
}

/** Carries a refusal out of the transaction, which is rolled back. */
class Refused extends Error {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.message);
    this.refusal = refusal;
  }
}

/**
 * Imports a CSV of our own export or of another tool. Its people become confirmed subscribers by the importer's word,
 * except those of whom it says no in any of its columns: they are remembered as unsubscribed or suppressed, and a
 * subscription here ends. Rows without a valid address, or with a status that nobody knows, are left out and named by
 * line; a file that is not CSV changes nothing. Nobody is revived who unsubscribed, is suppressed or was erased. All in
 * one transaction. Running it twice changes nothing the second time.
 */
export async function importSubscribers(
  db: Db,
  csv: Readable,
  options: ImportOptions,
): Promise<Result<SubscriberImport>> {
  try {
    const { encoding, layout, rows } = await openSubscriberCsv(csv, options);
    const isDryRun = options.isDryRun ?? false;
    return await db.transaction(async (tx) => {
      await createImportStage(tx);
      const file = new StagedFile(tx, { ...options, maxLines });
      for await (const row of rows) await file.take(row);
      const staged = await file.finish();
      const terms = { source: options.consentSource, at: options.at, isDryRun };
      const { subscribedBefore, ...report } = await mergeImportStage(tx, terms, maxLines);
      const endsMany = report.ended >= fewEnded.count && report.ended > subscribedBefore * fewEnded.part;
      if (endsMany && !isDryRun && !options.mayEndMany)
        throw new Refused(endsTooMany(report.ended, subscribedBefore));
      return done({
        ...staged.rows,
        ...report,
        otherSecret: { inFile: staged.ofOtherSecret, stored: await storedOfOtherSecret(tx, options.keys) },
        isDryRun,
        endsMany,
        understood: describeLayout(layout, encoding),
      });
    });
  } catch (error) {
    if (error instanceof Refused) return error.refusal;
    if (error instanceof NotTextError) return refuse(error.message);
    if (error instanceof CsvFileError)
      return refuse(`The CSV cannot be read: ${error.message} Nothing was imported.`);
    throw error;
  } finally {
    csv.destroy();
  }
}

const storedOfOtherSecret = (tx: Tx, keys: ImportOptions['keys']) => countOtherSecrets(tx, keys.secretId());

const endsTooMany = (ended: number, before: number) =>
  waitForPerson(
    `This file would end ${ended} of ${before} subscriptions, so nothing was imported. --dry-run shows what it says; if that is right, import it with --yes.`,
  );

const describeLayout = (layout: Layout, encoding: string): Understood => ({
  encoding,
  delimiter: layout.delimiter,
  addresses: layout.address.name,
  maySayNo: [...layout.statuses, ...layout.perhapsStatuses, ...layout.telling].map(({ name }) => name),
  isOwnExport: layout.isOwnExport,
});
