import { stringify } from 'csv-stringify/sync';
import type { Db } from '../../db/client.ts';
import { readHashPages, readSubscriberPages } from '../../db/queries/audience/subscriber-export.ts';

const columns = [
  'email',
  'status',
  'consent_source',
  'confirmed_at',
  'unsubscribed_at',
  'paused_until',
  'suppressed',
  'address_hash',
  'secret_id',
];

const pageSize = 5_000;

/**
 * All subscribers as CSV, page by page, and then a row without an address for everybody who is known by a keyed hash
 * only. `escape_formulas` keeps a spreadsheet from running an address as a formula.
 */
export async function* exportSubscribers(db: Db): AsyncGenerator<string> {
  yield stringify([columns]);
  const options = { columns, escape_formulas: true };
  for await (const page of readSubscriberPages(db, pageSize)) yield stringify(page, options);
  for await (const page of readHashPages(db, pageSize)) yield stringify(page, options);
}
