import { dayMs } from '../world/time.ts';
import type { Look } from './ledger.ts';
import type { Complain } from './mails.ts';
import type { Readers } from './readers.ts';

/** An erasure is done by then, unless an open batch may have to be posted again with the address. */
const dueAfterMs = 20 * dayMs;

/** Nothing is stored of whoever asked to be erased, and did not come back. */
export async function checkErased(
  look: Look,
  readers: Readers,
  now: number,
  complain: Complain,
): Promise<void> {
  const due = readers.erased.filter(({ at }) => now - at > dueAfterMs).slice(-30);
  if (due.length === 0) return;
  const [found] = await look<{ n: number }>(
    `with gone as (
       select address from unnest($1::text[]) address
       where not exists (
         select from deliveries d join batches b on b.issue_id = d.issue_id and b.no = d.batch_no
           join issues i on i.id = d.issue_id
         where lower(d.email) = address and (b.status in ('pending', 'submitting')
           or (b.status in ('unknown', 'held') and i.status <> 'cancelled'))))
     select (select count(*) from subscribers join gone on lower(email) = address)
       + (select count(*) from deliveries join gone on lower(email) = address)
       + (select count(*) from sign_ups join gone on lower(email) = address)
       + (select count(*) from suppressions join gone on email = address) as n`,
    [due.map(({ address }) => address)],
  );
  if (Number(found?.n) > 0) complain(`${found?.n} rows still have an address that was erased`);
}
