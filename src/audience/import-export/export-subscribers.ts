import { stringify } from 'csv-stringify/sync';
import type { Db } from '../../db/client.ts';
import {
  readHashPages,
  readSubscriberPages,
  readSuppressionPages,
} from '../../db/queries/audience/subscriber-export.ts';
import { exportColumns } from './own-export.ts';

const pageSize = 5_000;

/**
 * The whole audience as CSV, page by page: all subscribers, then the addresses that are only suppressed, then a row
 * without an address for everybody who is known by a keyed hash only. `escape_formulas` keeps a spreadsheet from running
 * an address as a formula.
 */
export async function* exportSubscribers(db: Db): AsyncGenerator<string> {
  yield stringify([[...exportColumns]]);
  const options = { columns: [...exportColumns], escape_formulas: true };
  for await (const page of readSubscriberPages(db, pageSize)) yield stringify(page, options);
  for await (const page of readSuppressionPages(db, pageSize)) yield stringify(page, options);
  for await (const page of readHashPages(db, pageSize)) yield stringify(page, options);
}
