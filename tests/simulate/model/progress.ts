import { hourMs } from '../world/time.ts';
import type { IssueState } from './decisions.ts';
import type { Look } from './ledger.ts';
import type { Complain } from './mails.ts';

/** The time of a batch's claim and its pauses is over; a job that died with its process takes a quarter of an hour to come back. */
const isDue = `status in ('pending', 'submitting')
  and greatest(lease_until, not_before, '-infinity') < clock_timestamp() - interval '10 minutes'`;

interface Standstill {
  readonly batches: string;
  readonly tick: number;
  readonly at: number;
}

/** What may be posted is posted, while an issue is being sent; in a few ticks, since another issue may take the time of one. */
export class Progress {
  readonly #standstills = new Map<string, Standstill>();

  /** While the provider is down, or the clock is wrong, nothing is expected. */
  forget(row: IssueState): void {
    this.#standstills.delete(row.id);
  }

  /** @param now true time */
  async check(
    look: Look,
    row: IssueState,
    { tick, now }: { readonly tick: number; readonly now: number },
    complain: Complain,
  ): Promise<void> {
    const batches = row.status === 'sending' ? await dueBatches(look, row.id) : null;
    if (batches === null) {
      this.#standstills.delete(row.id);
      return;
    }
    const before = this.#standstills.get(row.id);
    if (before?.batches !== batches) {
      this.#standstills.set(row.id, { batches, tick, at: now });
    } else if (tick - before.tick >= 8 && now - before.at > hourMs) {
      complain(`${row.week} is being sent, and nobody posts its batches (${batches})`);
    }
  }
}

/** Null if none may be posted; otherwise all of them and their attempts. */
async function dueBatches(look: Look, issueId: string): Promise<string | null> {
  const [row] = await look<{ batches: string; isDue: boolean | null }>(
    `select string_agg(no || ': ' || status || ' ' || attempts, ', ' order by no) as batches, bool_or(${isDue}) as "isDue"
     from batches where issue_id = $1`,
    [issueId],
  );
  return row?.isDue === true ? row.batches : null;
}
