import { retentionDays } from '../world/conditions.ts';
import { dayMs, minuteMs } from '../world/time.ts';
import type { Look } from './ledger.ts';
import type { Complain } from './mails.ts';
import type { Readers } from './readers.ts';

/** An erasure is done by then, unless an open batch may have to be posted again with the address. */
const eraseWithinMs = 20 * dayMs;

/** The machine's clock may have been three weeks ahead when somebody left. */
const forgetWithinMs = (retentionDays + 21) * dayMs;

/** The program allows an hour, which it measures at the beginning of a tick. */
const steadyGapMs = 50 * minuteMs;
const unsteadyGapMs = 75 * minuteMs;

/** Batch `b` of issue `i` may be posted again with the bytes of before. */
const mayBePostedAgain = `(b.status in ('pending', 'submitting') or (b.status in ('unknown', 'held') and i.status <> 'cancelled'))`;

const openBatch = `select from deliveries d join batches b on b.issue_id = d.issue_id and b.no = d.batch_no
  join issues i on i.id = d.issue_id where lower(d.email) = address and ${mayBePostedAgain}`;

const openIssue = `select from deliveries d join issues i on i.id = d.issue_id
  where lower(d.email) = address and (i.status not in ('sent', 'cancelled', 'missed') or exists (
    select from batches b where b.issue_id = i.id and b.status in ('pending', 'submitting')))
  union all select from mailed_links l join subscribers s on s.id = l.subscriber_id where lower(s.email) = address`;

/** What is stored of people who asked to be erased, or who left long ago, and did not come back: nothing. */
export class Erased {
  readonly #look: Look;
  readonly #readers: Readers;
  readonly #complain: Complain;
  /** By the machine's clock, which deletes nothing for its age until it has been steady for a day. */
  #lastTick = Number.NEGATIVE_INFINITY;
  #steadySince = Number.POSITIVE_INFINITY;
  /** Whether the last tick forgot who left long ago. */
  mayForget = false;
  /** Addresses that should have been forgotten when the clock was last steady. */
  #overdue: ReadonlySet<string> = new Set();
  /** Of any tick, also of one in which the program died: since when it may think that the clock is steady. */
  #lastStart = Number.NEGATIVE_INFINITY;
  #perhapsSteadySince = Number.POSITIVE_INFINITY;
  /** Who had left and was still stored at the last look; null if they may have been forgotten since. */
  #kept: ReadonlySet<string> | null = null;

  constructor(look: Look, readers: Readers, complain: Complain) {
    this.#look = look;
    this.#readers = readers;
    this.#complain = complain;
  }

  ticked(machine: number, isClean: boolean): void {
    if (Math.abs(machine - this.#lastStart) > unsteadyGapMs) this.#perhapsSteadySince = machine;
    this.#lastStart = machine;
    if (machine - this.#perhapsSteadySince >= dayMs - unsteadyGapMs) this.#kept = null;
    if (!isClean) return;
    if (Math.abs(machine - this.#lastTick) > steadyGapMs) this.#steadySince = machine;
    this.#lastTick = machine;
    this.mayForget = machine - this.#steadySince >= dayMs + steadyGapMs;
  }

  /** After a step. */
  async check(now: number): Promise<void> {
    const erased = await this.#stored(due(this.#readers.erased, now - eraseWithinMs).slice(-30), openBatch);
    if (erased.length > 0) this.#complain(`an address that was erased is still stored: ${erased.join(', ')}`);
    const [missing] = await this.#look<{ n: number }>(
      `select count(*) as n from deliveries d join batches b on b.issue_id = d.issue_id and b.no = d.batch_no
         join issues i on i.id = d.issue_id
       where d.email = '' and d.skipped_reason is null and ${mayBePostedAgain}`,
    );
    if (Number(missing?.n) > 0)
      this.#complain(`${missing?.n} addresses are gone from batches that may be posted again`);
    await this.#checkKept();
    if (!this.mayForget) return;
    this.mayForget = false;
    // What held an address back may have ended after the program had looked, in the same minute.
    const former = await this.#stored(due(this.#readers.former, now - forgetWithinMs), openIssue);
    const late = former.filter((row) => this.#overdue.has(row));
    if (late.length > 0)
      this.#complain(`the address of somebody who left long ago is still stored: ${late.join(', ')}`);
    this.#overdue = new Set(former);
  }

  /** Until the clock has been steady for a day nobody is forgotten, however long ago they seem to have left. */
  async #checkKept(): Promise<void> {
    const former = this.#readers.former.map(({ address }) => address);
    const rows = await this.#look<{ address: string }>(
      'select lower(email) as address from subscribers where lower(email) = any($1)',
      [former],
    );
    const stored = new Set(rows.map(({ address }) => address));
    const gone = former.find((address) => this.#kept?.has(address) && !stored.has(address));
    if (gone !== undefined)
      this.#complain(`${gone} was forgotten before the clock had been steady for a day`);
    this.#kept = stored;
  }

  /** The tables that have these addresses, and which, unless `waits` finds something. */
  async #stored(addresses: readonly string[], waits: string): Promise<string[]> {
    if (addresses.length === 0) return [];
    const rows = await this.#look<{ place: string }>(
      `with gone as (select address from unnest($1::text[]) address where not exists (${waits}))
       select 'subscribers ' || address as place from subscribers join gone on lower(email) = address
       union select 'deliveries ' || address from deliveries join gone on lower(email) = address
       union select 'sign-ups ' || address from sign_ups join gone on lower(email) = address
       union select 'suppressions ' || address from suppressions join gone on email = address
       order by 1`,
      [addresses],
    );
    return rows.map(({ place }) => place);
  }
}

const due = (who: Readers['former'], before: number) =>
  who.filter(({ at }) => at < before).map(({ address }) => address);
