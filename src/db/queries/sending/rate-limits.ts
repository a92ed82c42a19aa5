import { type SQL, sql } from 'drizzle-orm';
import type { Queryable } from '../../client.ts';
import { executePrepared } from '../../sql.ts';

/**
 * How far ahead a turn may be reserved. A new limit takes effect within the time for bulk mail, and urgent mail waits
 * no longer than that behind it; while urgent mail has reserved more, bulk mail gets no turn.
 */
const maxAheadMs = { bulk: 1_000, urgent: 60_000 } as const;

const milliseconds = (ms: number) => sql`${ms} * interval '1 millisecond'`;

/** Turns within this time are taken together; it is less than the 3 % of a limit that the pace leaves unused. */
const momentMs = 20;

export interface Turns {
  readonly count: number;
  /** Milliseconds until the first of them. */
  readonly waitMs: number;
}

/**
 * Takes the next turn of a rate limit that all processes share, and those that follow within 20 ms, up to `atMost`.
 * Turns are evenly spaced on the database clock (GCRA). Null if all turns that this rank may reserve are taken.
 * The commit does not wait for the disk: after a crash of the server nobody is waiting for a turn.
 *
 * `firstSpacingMs` is the spacing in milliseconds until the provider has stated its limit.
 */
export async function takeTurns(
  db: Queryable,
  name: string,
  firstSpacingMs: number,
  { rank = 'bulk', atMost = 1 }: { rank?: keyof typeof maxAheadMs; atMost?: number } = {},
): Promise<Turns | null> {
  const first = milliseconds(firstSpacingMs);
  const countAt = (spacing: SQL) =>
    sql`least(${atMost}::int, greatest(1, trunc(${momentMs} / 1000.0 / nullif(extract(epoch from ${spacing}), 0)))::int)`;
  const count = countAt(sql`r.spacing`);
  const statement = sql`
    with quick_commit as (select set_config('synchronous_commit', 'off', true))
    insert into rate_limits as r (name, tat, spacing)
    select ${name}, clock_timestamp() + ${first} * ${countAt(first)}, ${first} from quick_commit
    on conflict (name) do update
      set tat = greatest(r.tat, clock_timestamp()) + r.spacing * ${count}
      where r.tat < clock_timestamp() + ${milliseconds(maxAheadMs[rank])}
    returning ${count} as count,
      greatest(0, extract(epoch from r.tat - r.spacing * ${count} - clock_timestamp()))::float8 * 1000 as wait_ms`;
  const { rows } = await executePrepared<{ count: number; wait_ms: number }>(db, 'take_turns', statement);
  const [taken] = rows;
  return taken === undefined ? null : { count: taken.count, waitMs: taken.wait_ms };
}

/** Changes the spacing of turns to the limit that the provider states. */
export async function setSpacing(db: Queryable, name: string, spacingMs: number): Promise<void> {
  await db.execute(sql`
    update rate_limits set spacing = ${milliseconds(spacingMs)}
    where name = ${name} and spacing <> ${milliseconds(spacingMs)}`);
}

/** Gives no process a turn for the next `afterMs`. */
export async function pushBack(db: Queryable, name: string, afterMs: number): Promise<void> {
  await db.execute(sql`
    update rate_limits set tat = greatest(tat, clock_timestamp() + ${milliseconds(afterMs)}) where name = ${name}`);
}
