import { type Standing, standingOf } from '../../domain/audience/status-words.ts';
import type { SuppressionReason } from '../../domain/audience/subscriber.ts';
import { readFileTime } from './file-times.ts';
import { isCleanKey } from './known-columns.ts';
import type { Layout, TellingColumn } from './read-header.ts';

/** What all people of a file are taken for, by the word of the importer; a row may still say worse. */
export const importStandings = ['confirmed', 'unsubscribed', 'suppressed'] as const;
export type ImportStanding = (typeof importStandings)[number];

export interface Said {
  readonly hasLeft: boolean;
  readonly suppression: SuppressionReason | null;
  /** When a no was said, at the latest; null if the file does not tell. */
  readonly at: Date | null;
  /** Why the row is no yes either, in words for the importer. */
  readonly unclear: string | null;
}

const falsehoods = new Set([
  '',
  'false',
  'no',
  'n',
  'f',
  '0',
  'null',
  'none',
  'nil',
  'never',
  '-',
  'undefined',
]);
const truths = new Set(['true', 'yes', 'y', 't', 'x', '1']);

const isTime = (value: string) => /^\d{4}-\d{2}-\d{2}|^\d{1,2}[./-]\d{1,2}[./-]\d{2,4}/.test(value);
const isNoTime = (value: string) => value.startsWith('0000-00-00');

/** Every column that may say no is heard: one no is enough, and one that cannot be understood is no yes. */
export function whatRowSays(cells: readonly string[], layout: Layout, as: ImportStanding): Said {
  const said: Standing[] = [];
  const unclear: string[] = [];
  const times: Date[] = [];
  const valueAt = (at: number) => (cells[at] ?? '').trim();

  for (const { at, name } of layout.statuses) {
    const standing = standingOf(valueAt(at));
    if (standing === null) unclear.push(unknown(name, valueAt(at)));
    else said.push(standing);
  }
  for (const { at } of layout.perhapsStatuses) said.push(standingOf(valueAt(at)) ?? 'subscribed');
  for (const column of layout.telling) {
    const value = valueAt(column.at);
    const told = hear(column, value);
    if (told === null) unclear.push(unknown(column.name, value));
    else said.push(told);
    const time = told === column.standing ? readFileTime(value) : null;
    if (time !== null) times.push(time);
  }
  if (as !== 'confirmed') {
    said.push(as === 'unsubscribed' ? as : reasonOf(layout));
    times.push(...layout.ofLeavers.flatMap(({ at }) => readFileTime(valueAt(at)) ?? []));
  }

  const suppressions = said.filter(isSuppression);
  const suppression = suppressions.find((reason) => reason !== 'manual') ?? suppressions[0] ?? null;
  const hasLeft = said.includes('unsubscribed');
  if (times.length === 0) times.push(...layout.changes.flatMap(({ at }) => readFileTime(valueAt(at)) ?? []));
  return {
    hasLeft,
    suppression,
    at: hasLeft || suppression !== null ? latest(times) : null,
    unclear: said.includes('pending') ? 'pending in this file' : (unclear[0] ?? null),
  };
}

/** Null for a value that cannot be understood. */
function hear({ kind, standing, isGuess }: TellingColumn, value: string): Standing | null {
  const word = value.toLowerCase();
  const nothing = isGuess ? 'subscribed' : null;
  if (isGuess && word === '') return nothing;
  if (kind === 'no') {
    if (falsehoods.has(word) || isNoTime(word)) return 'subscribed';
    return truths.has(word) || isTime(word) ? standing : (standingOf(word) ?? nothing);
  }
  if (word === '') return null;
  if (truths.has(word) || (isTime(word) && !isNoTime(word))) return 'subscribed';
  return falsehoods.has(word) || isNoTime(word) ? standing : (standingOf(word) ?? nothing);
}

const isSuppression = (standing: Standing): standing is SuppressionReason =>
  standing !== 'subscribed' && standing !== 'pending' && standing !== 'unsubscribed';

/** Mailchimp calls addresses cleaned that bounced. */
const reasonOf = ({ ofLeavers }: Layout): SuppressionReason =>
  ofLeavers.some(({ key }) => isCleanKey(key)) ? 'hard_bounce' : 'manual';

const latest = (times: readonly Date[]) =>
  times.length === 0 ? null : new Date(Math.max(...times.map((time) => time.getTime())));

/** A value that is in the wrong column may be an address, which no message may hold. */
function unknown(column: string, value: string): string {
  if (value === '') return `"${column}" is empty`;
  return value.includes('@')
    ? `"${column}" holds something else`
    : `"${column}" is "${value.slice(0, 40)}", which is not known`;
}
