import { type SQL, sql } from 'drizzle-orm';
import type { Queryable } from '../../client.ts';
import { executePrepared } from '../../sql.ts';

/**
 * Nobody reserves a turn further ahead than this: a limit that changes takes hold within it, and what is urgent
 * waits no longer than this behind bulk, which gets no turn meanwhile.
 */
const maxAheadMs = { bulk: 1_000, urgent: 60_000 } as const;

const milliseconds = (ms: number) => sql`${ms} * interval '1 millisecond'`;

/** Turns within so little time may be taken together: less than the part of a limit that is left unused. */
const momentMs = 20;

export interface Turns {
  readonly count: number;
  /** Milliseconds until the first of them. */
  readonly waitMs: number;
}

/**
 * Takes the next turn of a limit shared by all processes, evenly spaced, on the database's clock (GCRA), and those
 * that follow within a moment, up to `atMost`; null when all turns as far ahead as its rank may reserve are taken.
 * The commit does not wait for the disk: after a crash of the server nobody is waiting for a turn.
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
    with unhurried as (select set_config('synchronous_commit', 'off', true))
    insert into rate_limits as r (name, tat, spacing)
    select ${name}, clock_timestamp() + ${first} * ${countAt(first)}, ${first} from unhurried
    on conflict (name) do update
      set tat = greatest(r.tat, clock_timestamp()) + r.spacing * ${count}
      where r.tat < clock_timestamp() + ${milliseconds(maxAheadMs[rank])}
    returning ${count} as count,
      greatest(0, extract(epoch from r.tat - r.spacing * ${count} - clock_timestamp()))::float8 * 1000 as wait_ms`;
  const { rows } = await executePrepared<{ count: number; wait_ms: number }>(db, 'take_turns', statement);
  const [taken] = rows;
  return taken === undefined ? null : { count: taken.count, waitMs: taken.wait_ms };
}

/** Spaces the turns anew, when the provider says how many it takes. */
export async function setSpacing(db: Queryable, name: string, spacingMs: number): Promise<void> {
  await db.execute(sql`
    update rate_limits set spacing = ${milliseconds(spacingMs)}
    where name = ${name} and spacing <> ${milliseconds(spacingMs)}`);
}

/** No turn for anybody before `afterMs` from now. */
export async function pushBack(db: Queryable, name: string, afterMs: number): Promise<void> {
  await db.execute(sql`
    update rate_limits set tat = greatest(tat, clock_timestamp() + ${milliseconds(afterMs)}) where name = ${name}`);
}
