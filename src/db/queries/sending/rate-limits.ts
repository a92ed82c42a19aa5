import { type SQL, sql } from 'drizzle-orm';
import type { Rank, Turns } from '../../../domain/sending/pace.ts';
import type { Queryable } from '../../client.ts';
import { executePrepared } from '../../sql.ts';

/**
 * How far ahead a turn may be reserved. A new limit and a pause take effect within the time for bulk mail, what is
 * claimed for a turn waits no longer for it, and urgent mail waits no longer behind it; while urgent mail has reserved
 * more, bulk mail gets no turn.
 */
const maxAheadMs = { bulk: 150, urgent: 60_000 } as const;

const milliseconds = (ms: number) => sql`${ms} * interval '1 millisecond'`;

/** Turns that begin within this time are taken together. */
const momentMs = 100;

/**
 * Takes the next turn of a rate limit that all processes share, and those that follow within 100 ms, up to `atMost`.
 * Turns are evenly spaced on the database clock (GCRA). Null if all turns that this rank may reserve are taken.
 * The commit does not wait for the disk: after a crash of the server nobody is waiting for a turn.
 *
 * `firstSpacingMs` is the spacing in milliseconds of a limit that is not stored yet.
 */
export async function takeTurns(
  db: Queryable,
  name: string,
  firstSpacingMs: number,
  { rank = 'bulk', atMost = 1 }: { rank?: Rank; atMost?: number } = {},
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
      greatest(0, extract(epoch from r.tat - r.spacing * ${count} - clock_timestamp()))::float8 * 1000 as wait_ms,
      extract(epoch from r.spacing)::float8 * 1000 as every_ms`;
  const { rows } = await executePrepared<{ count: number; wait_ms: number; every_ms: number }>(
    db,
    'take_turns',
    statement,
  );
  const [taken] = rows;
  return taken === undefined ? null : { count: taken.count, waitMs: taken.wait_ms, everyMs: taken.every_ms };
}

/**
 * Changes the spacing of turns from the last one that was taken: a spacing that was longer delays the next one no more.
 */
export async function setSpacing(db: Queryable, name: string, spacingMs: number): Promise<void> {
  await db.execute(sql`
    update rate_limits set spacing = ${milliseconds(spacingMs)},
      tat = least(tat, tat - spacing + ${milliseconds(spacingMs)})
    where name = ${name} and spacing <> ${milliseconds(spacingMs)}`);
}

/** Gives no process a turn for the next `afterMs`. */
export async function pushBack(db: Queryable, name: string, afterMs: number): Promise<void> {
  await db.execute(sql`
    update rate_limits set tat = greatest(tat, clock_timestamp() + ${milliseconds(afterMs)}) where name = ${name}`);
}
