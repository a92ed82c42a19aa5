import { stringify } from 'csv-stringify/sync';
import type { Db } from '../../db/client.ts';
import { readSubscriberPages } from '../../db/queries/audience/subscriber-export.ts';

const columns = [
  'email',
  'status',
  'consent_source',
  'confirmed_at',
  'unsubscribed_at',
  'paused_until',
  'suppressed',
];

/** All subscribers as CSV, page by page; `escape_formulas` keeps a spreadsheet from running an address as a formula. */
export async function* exportSubscribers(db: Db): AsyncGenerator<string> {
  yield stringify([columns]);
  for await (const page of readSubscriberPages(db, 5_000)) {
    yield stringify(page, { columns, escape_formulas: true });
  }
}
