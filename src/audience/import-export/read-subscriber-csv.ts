import { pipeline, type Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import {
  type EmailAddress,
  type EmailAddressFault,
  parseEmailAddress,
} from '../../domain/audience/email-address.ts';
import { isAddressHash } from '../../domain/audience/keys.ts';
import { type SuppressionReason, suppressionReasons } from '../../domain/audience/subscriber.ts';

/** One row of the file, by its line from 1. */
export type SubscriberRow = { readonly line: number } & (
  | { readonly kind: 'address'; readonly email: EmailAddress }
  /** An export says so of somebody this database may not know. */
  | { readonly kind: 'unsubscribed' | 'suppressed' }
  /** An export has only the hash of an address; made with which secret, if it says. */
  | {
      readonly kind: 'hash';
      readonly addressHash: string;
      readonly secretId: string | null;
      readonly suppression: SuppressionReason | null;
      readonly leftAt: Date | null;
    }
  | { readonly kind: 'invalid'; readonly fault: EmailAddressFault | 'pending in this file' | 'not a hash' }
);

/** The file cannot be read. The message never holds an address. */
export class CsvFileError extends Error {}

/**
 * Reads a CSV that has a column `email`, and other columns of our own export where it has them.
 *
 * @throws CsvFileError when it is not such a file
 */
export async function* readSubscriberCsv(csv: Readable): AsyncGenerator<SubscriberRow> {
  try {
    for await (const { record, info } of parseCsv(csv)) yield { line: info.lines, ...readRecord(record) };
  } catch (error) {
    if (error instanceof CsvError) throw new CsvFileError(describe(error));
    throw error;
  }
}

const columns = ['email', 'status', 'suppressed', 'unsubscribed_at', 'address_hash', 'secret_id'] as const;

type CsvRecord = { readonly [Column in (typeof columns)[number]]?: string };

interface ParsedRow {
  readonly record: CsvRecord;
  readonly info: { readonly lines: number };
}

async function* parseCsv(csv: Readable): AsyncGenerator<ParsedRow> {
  let hasHeader = false;
  const parser = parse({
    bom: true,
    info: true,
    trim: true,
    skip_empty_lines: true,
    relax_column_count: true,
    max_record_size: 100_000,
    columns: (header: string[]) => {
      hasHeader = true;
      const names = header.map((name) => name.trim().toLowerCase());
      if (names.filter((name) => name === 'email').length !== 1) {
        throw new CsvFileError(
          `line 1 must name exactly one column "email"; it has ${describeHeader(header)}.`,
        );
      }
      return names.map((name) => columns.find((column) => column === name) ?? null);
    },
  });
  // Unlike pipe(), this also passes on the failure of a source that failed before.
  yield* pipeline(csv, parser, () => {}) as unknown as AsyncIterable<ParsedRow>;
  if (!hasHeader) throw new CsvFileError('it is empty; line 1 must name a column "email".');
}

type WithoutLine<Row> = Row extends unknown ? Omit<Row, 'line'> : never;

function readRecord(record: CsvRecord): WithoutLine<SubscriberRow> {
  const { email = '', status = '' } = record;
  if (email === '' && record.address_hash) return readHash(record);
  if (suppressionOf(record) !== null) return { kind: 'suppressed' };
  if (status.toLowerCase() === 'unsubscribed') return { kind: 'unsubscribed' };
  if (status.toLowerCase() === 'pending') return { kind: 'invalid', fault: 'pending in this file' };
  const parsed = parseEmailAddress(withoutApostrophe(email));
  return typeof parsed === 'string' ? { kind: 'address', email: parsed } : { kind: 'invalid', ...parsed };
}

function readHash(record: CsvRecord): WithoutLine<SubscriberRow> {
  const addressHash = withoutApostrophe(record.address_hash ?? '');
  if (!isAddressHash(addressHash)) return { kind: 'invalid', fault: 'not a hash' };
  const leftAt = new Date(record.unsubscribed_at ?? '');
  return {
    kind: 'hash',
    addressHash,
    secretId: withoutApostrophe(record.secret_id ?? '') || null,
    suppression: suppressionOf(record),
    leftAt: Number.isNaN(leftAt.getTime()) ? null : leftAt,
  };
}

const suppressionOf = ({ suppressed }: CsvRecord) =>
  suppressionReasons.find((reason) => reason === suppressed) ?? null;

/** Our export puts an apostrophe before what a spreadsheet would take for a formula: `'+tag@…`. */
const withoutApostrophe = (text: string) => text.replace(/^'(?=[=+-])/, '');

/** In our own words: the message of csv-parse quotes the row, which holds an address. */
function describe({ code, lines }: CsvError & { readonly lines?: number }): string {
  const where = lines === undefined ? '' : `line ${lines}: `;
  if (code === 'CSV_QUOTE_NOT_CLOSED') return `${where}a quote that opens there is never closed.`;
  if (code === 'CSV_MAX_RECORD_SIZE') return `${where}the row is longer than 100,000 characters.`;
  if (/QUOTE/.test(code))
    return `${where}there is a quote inside a field; double it ("") and put the field in quotes.`;
  return `${where}it is not CSV (${code}).`;
}

/** Where a file has no header there is an address, which no message may hold. */
function describeHeader(header: readonly string[]): string {
  if (header.some((name) => name.includes('@'))) return 'addresses, not names';
  return header.join(', ').slice(0, 200);
}
