import { CsvError } from 'csv-parse';
import { parse } from 'csv-parse/sync';
import type { Standing } from '../../domain/audience/status-words.ts';
import { CsvFileError } from './csv-file-error.ts';
import {
  addressKeys,
  changeKeys,
  guessOf,
  isStatusKey,
  keyOf,
  leaverKeys,
  noKeys,
  perhapsStatusKeys,
  yesKeys,
} from './known-columns.ts';
import { ownColumns } from './own-export.ts';

export interface Column {
  readonly name: string;
  readonly key: string;
  readonly at: number;
}

/** A column that says of some people that they do not want mail, or must not get any. */
export interface TellingColumn extends Column {
  /** What it says by a yes (`kind: 'no'`), or by anything else than a yes (`kind: 'yes'`). */
  readonly standing: Standing;
  readonly kind: 'yes' | 'no';
  /** Whether its name is not known, so that what it holds may be something else. */
  readonly isGuess: boolean;
}

/** Which column of a file holds what. */
export interface Layout {
  readonly delimiter: string;
  readonly columns: readonly Column[];
  /** Where a column is, by its name in lower case. */
  readonly places: ReadonlyMap<string, number>;
  readonly address: Column;
  readonly statuses: readonly Column[];
  readonly perhapsStatuses: readonly Column[];
  readonly telling: readonly TellingColumn[];
  readonly changes: readonly Column[];
  /** Those that only a file of people who left has. */
  readonly ofLeavers: readonly Column[];
  /** Whether `subscribers export` wrote the file. */
  readonly isOwnExport: boolean;
}

export interface HeaderOptions {
  /** The name of the column of addresses; by default one that is known. */
  readonly column?: string | undefined;
  /** What separates the columns; by default a comma, a semicolon or a tab. */
  readonly delimiter?: string | undefined;
}

const delimiters = [',', ';', '\t'];

/**
 * Finds the columns by the header. Of several delimiters that are possible, the one counts with which there is a column
 * of addresses.
 *
 * @throws CsvFileError when no column, or more than one, can be the one with the addresses
 */
export function readHeader(header: string, options: HeaderOptions): Layout {
  const readings = (options.delimiter === undefined ? delimiters : [options.delimiter])
    .flatMap((delimiter) => {
      const columns = split(header, delimiter);
      return columns === null ? [] : [{ delimiter, columns }];
    })
    .toSorted((a, b) => b.columns.length - a.columns.length);
  const [first] = readings;
  if (first === undefined)
    throw new CsvFileError('line 1: a quote that opens there is never closed, or is inside a name.');
  const best = readings.find(({ columns }) => addressColumns(columns, options).length > 0) ?? first;
  const [address, another] = addressColumns(best.columns, options);
  if (address === undefined) throw noAddresses(best.columns, options);
  if (another !== undefined)
    throw new CsvFileError(
      `line 1 must name one column "email", and it has both "${address.name}" and "${another.name}". Rename the one that is not to be read.`,
    );
  return layOut(best.delimiter, best.columns, address);
}

function layOut(delimiter: string, columns: readonly Column[], address: Column): Layout {
  const others = columns.filter((column) => column !== address);
  const among = (keys: { has(key: string): boolean }) => others.filter(({ key }) => keys.has(key));
  const telling = (kind: 'yes' | 'no', keys: ReadonlyMap<string, Standing>) =>
    others.flatMap((column) => {
      const standing = keys.get(column.key);
      return standing === undefined ? [] : [{ ...column, kind, standing, isGuess: false }];
    });
  const isKnown = ({ key }: Column) =>
    [yesKeys, noKeys, changeKeys, leaverKeys].some((keys) => keys.has(key));
  const guessed = others.flatMap((column) => {
    const guess = isKnown(column) ? null : guessOf(column.key);
    return guess === null ? [] : [{ ...column, ...guess, isGuess: true }];
  });
  const places = new Map(columns.map(({ name, at }) => [name.toLowerCase(), at]));
  return {
    delimiter,
    columns,
    places,
    address,
    statuses: others.filter(({ key }) => isStatusKey(key)),
    perhapsStatuses: among(perhapsStatusKeys),
    telling: [...telling('yes', yesKeys), ...telling('no', noKeys), ...guessed],
    changes: among(changeKeys),
    ofLeavers: among(leaverKeys),
    isOwnExport: ownColumns.every((name) => places.has(name)),
  };
}

function addressColumns(columns: readonly Column[], { column }: HeaderOptions): readonly Column[] {
  if (column !== undefined) return columns.filter(({ key }) => key === keyOf(column));
  for (const keys of addressKeys) {
    const found = columns.filter(({ key }) => keys.has(key));
    if (found.length > 0) return found;
  }
  return [];
}

/** Null where quotes make it impossible that this is the delimiter. */
function split(header: string, delimiter: string): Column[] | null {
  try {
    const [names = []]: string[][] = parse(header, { delimiter, trim: true, record_delimiter: '\n' });
    return names.map((name, at) => ({ name: name.replace(/\s+/g, ' '), key: keyOf(name), at }));
  } catch (error) {
    if (error instanceof CsvError) return null;
    throw error;
  }
}

/** Where a file has no header there is an address, which no message may hold. */
function noAddresses(columns: readonly Column[], { column, delimiter }: HeaderOptions): CsvFileError {
  const names = columns.some(({ name }) => name.includes('@'))
    ? 'addresses, not names'
    : columns
        .map(({ name }) => name)
        .join(', ')
        .slice(0, 200);
  if (column !== undefined)
    return new CsvFileError(`line 1 must name one column "${column.trim()}"; it has ${names}.`);
  const hint =
    columns.length === 1 && delimiter === undefined
      ? 'If something else than a comma, a semicolon or a tab separates the columns, name it with --delimiter.'
      : 'If another column holds the addresses, name it with --column.';
  return new CsvFileError(`line 1 must name one column "email"; it has ${names}. ${hint}`);
}
