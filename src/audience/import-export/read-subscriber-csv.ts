import { pipeline, type Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import {
  describeUnusable,
  type EmailAddress,
  parseEmailAddress,
} from '../../domain/audience/email-address.ts';
import { isAddressHash } from '../../domain/audience/keys.ts';
import { type SuppressionReason, suppressionReasons } from '../../domain/audience/subscriber.ts';
import { CsvFileError } from './csv-file-error.ts';
import { decodeText } from './decode-text.ts';
import { type OwnValues, readOwnValues, withoutApostrophe } from './own-export.ts';
import { type HeaderOptions, type Layout, readHeader } from './read-header.ts';
import { openText } from './read-start.ts';
import { type ImportStanding, type Said, whatRowSays } from './what-a-row-says.ts';

/** One row of the file, by its line from 1. */
export type SubscriberRow = { readonly line: number } & (
  | {
      readonly kind: 'person';
      readonly email: EmailAddress;
      readonly said: Said;
      /** Of our own export. */
      readonly own: OwnValues | null;
      /** What is odd about a row that is taken all the same. */
      readonly remark: string | null;
    }
  /** An export has only the hash of an address; made with which secret, if it says. */
  | {
      readonly kind: 'hash';
      readonly addressHash: string;
      readonly secretId: string | null;
      readonly suppression: SuppressionReason | null;
      readonly leftAt: Date | null;
    }
  | { readonly kind: 'invalid'; readonly fault: string }
);

export interface CsvOptions extends HeaderOptions {
  /** Of a file without a byte order mark; UTF-8 by default. */
  readonly encoding?: string | undefined;
  readonly as?: ImportStanding | undefined;
}

export interface SubscriberCsv {
  readonly encoding: string;
  readonly layout: Layout;
  readonly rows: AsyncGenerator<SubscriberRow>;
}

/**
 * Opens a CSV with a column of addresses, of our own export or of another tool.
 *
 * @throws CsvFileError, also while the rows are read, when it is not such a file
 */
export async function openSubscriberCsv(csv: Readable, options: CsvOptions): Promise<SubscriberCsv> {
  const decoded = await decodeText(csv, options.encoding);
  const { header, delimiter, text } = await openText(decoded.text);
  const layout = readHeader(header, { ...options, delimiter: options.delimiter ?? delimiter });
  const [ofLeavers] = layout.ofLeavers;
  if (ofLeavers !== undefined && (options.as ?? 'confirmed') === 'confirmed')
    throw new CsvFileError(
      `the column "${ofLeavers.name}" says that these people left or bounced, so they are not taken as subscribers. Import the file with --as unsubscribed or --as suppressed.`,
    );
  return { encoding: decoded.encoding, layout, rows: readRows(text, layout, options.as ?? 'confirmed') };
}

interface ParsedRow {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

async function* readRows(
  text: AsyncIterable<string>,
  layout: Layout,
  as: ImportStanding,
): AsyncGenerator<SubscriberRow> {
  const parser = parse({
    info: true,
    trim: true,
    skip_empty_lines: true,
    relax_column_count: true,
    record_delimiter: '\n',
    delimiter: layout.delimiter,
    max_record_size: 100_000,
  });
  try {
    // Unlike pipe(), this also passes on the failure of a source that failed before.
    const rows = pipeline(text, parser, () => {}) as unknown as AsyncIterable<ParsedRow>;
    let isHeader = true;
    for await (const { record, info } of rows) {
      if (!isHeader) yield { line: info.lines, ...readRow(record, layout, as) };
      isHeader = false;
    }
  } catch (error) {
    if (error instanceof CsvError) throw new CsvFileError(describe(error));
    throw error;
  }
}

type WithoutLine<Row> = Row extends unknown ? Omit<Row, 'line'> : never;

function readRow(cells: readonly string[], layout: Layout, as: ImportStanding): WithoutLine<SubscriberRow> {
  const named = (name: string) => cells[layout.places.get(name) ?? -1] ?? '';
  const typed = cells[layout.address.at] ?? '';
  if (typed === '' && named('address_hash') !== '') return readHash(named);
  const email = parseEmailAddress(typed.replace(/^'/, ''));
  if (typeof email !== 'string') return { kind: 'invalid', fault: describeUnusable(email) };
  const surplus = cells.slice(layout.columns.length).some((cell) => cell !== '');
  if (surplus && layout.statuses.length + layout.telling.length > 0)
    return { kind: 'invalid', fault: 'it has more fields than the header, so what it says is not certain' };
  const said = whatRowSays(cells, layout, as);
  const isNo = said.hasLeft || said.suppression !== null;
  if (!isNo && said.unclear !== null) return { kind: 'invalid', fault: said.unclear };
  const own = layout.isOwnExport ? readOwnValues(named) : null;
  return { kind: 'person', email, said, own, remark: remarkOn(cells, layout, surplus) };
}

function remarkOn(cells: readonly string[], { columns }: Layout, surplus: boolean): string | null {
  if (surplus) return 'it has more fields than the header';
  if (cells.some((cell) => /\n[^\n]*@/.test(cell)))
    return 'one of its fields runs over several lines with addresses: is a quote missing?';
  return cells.length < columns.length ? 'it has fewer fields than the header' : null;
}

function readHash(named: (name: string) => string): WithoutLine<SubscriberRow> {
  const addressHash = withoutApostrophe(named('address_hash'));
  if (!isAddressHash(addressHash)) return { kind: 'invalid', fault: 'not a hash' };
  const leftAt = new Date(named('unsubscribed_at'));
  return {
    kind: 'hash',
    addressHash,
    secretId: withoutApostrophe(named('secret_id')) || null,
    suppression: suppressionReasons.find((reason) => reason === named('suppressed')) ?? null,
    leftAt: Number.isNaN(leftAt.getTime()) ? null : leftAt,
  };
}

/** In our own words: the message of csv-parse quotes the row, which holds an address. */
function describe({ code, lines }: CsvError & { readonly lines?: number }): string {
  const where = lines === undefined ? '' : `line ${lines}: `;
  if (code === 'CSV_QUOTE_NOT_CLOSED') return `${where}a quote that opens there is never closed.`;
  if (code === 'CSV_MAX_RECORD_SIZE') return `${where}the row is longer than 100,000 characters.`;
  if (/QUOTE/.test(code))
    return `${where}there is a quote inside a field; double it ("") and put the field in quotes.`;
  return `${where}it is not CSV (${code}).`;
}
