import type { KeptValues } from '../../db/queries/audience/import-stage.ts';
import { readFileTime } from './file-times.ts';

/** The columns by which a file is known to come from `subscribers export`, of this release or an earlier one. */
export const ownColumns = [
  'email',
  'status',
  'consent_source',
  'confirmed_at',
  'unsubscribed_at',
  'paused_until',
  'suppressed',
] as const;

/** What `subscribers export` writes. */
export const exportColumns = [
  ...ownColumns,
  'address_hash',
  'secret_id',
  'consented_at',
  'consent_wording',
  'consent_network',
  'suppressed_at',
  'suppression_detail',
] as const;

/** What an export keeps of one person; `consentWording` is the sentence itself here. */
export type OwnValues = KeptValues;

const longestText = 1_000;

/** Null of somebody who has not confirmed. */
export function readOwnValues(cell: (name: (typeof exportColumns)[number]) => string): OwnValues | null {
  const status = cell('status');
  if (status !== 'confirmed' && status !== 'unsubscribed' && status !== 'suppressed') return null;
  const text = (name: (typeof exportColumns)[number]) =>
    withoutApostrophe(cell(name)).replaceAll('\0', '').slice(0, longestText) || null;
  const time = (name: (typeof exportColumns)[number]) => readFileTime(cell(name));
  return {
    isSubscriber: status !== 'suppressed',
    consentSource: text('consent_source'),
    consentedAt: time('consented_at'),
    consentWording: text('consent_wording'),
    consentNetwork: text('consent_network'),
    confirmedAt: time('confirmed_at'),
    unsubscribedAt: time('unsubscribed_at'),
    pausedUntil: time('paused_until'),
    suppressedAt: time('suppressed_at'),
    suppressionDetail: text('suppression_detail'),
  };
}

/** Our export puts an apostrophe before what a spreadsheet would take for a formula: `'+tag@…`. */
export const withoutApostrophe = (text: string) => text.replace(/^'(?=[=+\-@\uFF1D\uFF0B\uFF0D\uFF20])/, '');
