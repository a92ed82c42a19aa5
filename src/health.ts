import type { App } from './app.ts';
import { isDatabaseAway } from './db/away.ts';
import type { Db, DbHandle } from './db/client.ts';
import { countPendingMigrations } from './db/migrate.ts';
import { readLastTick } from './db/queries/issue/alarms.ts';
import { readOpenSlots } from './db/queries/issue/slots.ts';
import { type Alarm, silentAfterMs } from './domain/sending/alarm.ts';
import { atMost } from './domain/time-limit.ts';
import { readAlarms } from './pipeline/notify/raise-alarms.ts';

/** A connection, as `briefly` gives it. */
type Client = Parameters<Parameters<DbHandle['briefly']>[0]>[1];

/** How a process is at a moment. */
export interface Condition {
  /** Why it cannot work now, in plain words; empty if it can. */
  readonly problems: readonly string[];
  /** What should have happened by now and has not; null when that cannot be read. */
  readonly alarms: readonly Alarm[] | null;
  /** Since the oldest slot that is due and neither sent nor given up, 0 without one; null when that cannot be read. */
  readonly openSlotAgeSeconds: number | null;
}

/** Whoever asks within this time gets the same answer. */
const sharedForMs = 2_000;
/** Probes usually wait for a second to ten. */
const longestLookMs = 3_000;

const silent: Condition = {
  problems: ['the database does not answer in time'],
  alarms: null,
  openSlotAgeSeconds: null,
};

/**
 * Looks at the database, its schema, the queue and, with the role `scheduler`, the last tick. Never twice at once, and
 * over the connections that the process has anyway: any number of probes cost one look in two seconds. A look that
 * takes too long is not waited for, and none begins before it ends.
 */
export function watchCondition(app: App): () => Promise<Condition> {
  let latest: { readonly condition: Promise<Condition>; readonly endsAt: () => number } | null = null;
  return async () => {
    if (latest === null || latest.endsAt() <= performance.now()) {
      let endsAt = Number.POSITIVE_INFINITY;
      const condition = look(app).finally(() => {
        endsAt = performance.now() + sharedForMs;
      });
      latest = { condition, endsAt: () => endsAt };
    }
    let found = silent;
    const waiting = latest.condition.then((condition) => {
      found = condition;
    });
    await atMost(longestLookMs, waiting);
    return found;
  };
}

async function look(app: App): Promise<Condition> {
  try {
    const [{ pending, found }, queue] = await Promise.all([
      app.briefly(lookAtDatabase(app)),
      queueProblems(app),
    ]);
    if (found === null) return { ...silent, problems: [`the database lacks ${pending} migration(s)`] };
    return { ...found, problems: [...queue, ...found.problems] };
  } catch (error) {
    app.observe({ kind: 'failed', what: 'health', error });
    const problem = isDatabaseAway(error) ? 'the database cannot be reached' : 'the database cannot be read';
    return { ...silent, problems: [problem] };
  }
}

const lookAtDatabase =
  ({ clock, roles, settings }: App) =>
  async (db: Db, client: Client): Promise<{ pending: number; found: Condition | null }> => {
    const pending = await countPendingMigrations(client);
    if (pending > 0) return { pending, found: null };
    const now = clock.now().getTime();
    const lastTick = await readLastTick(db);
    const isSilent = lastTick !== null && now - lastTick.getTime() > silentAfterMs;
    const problems =
      roles.includes('scheduler') && isSilent
        ? [`the schedule was last checked at ${lastTick.toISOString()}`]
        : [];
    const slots = (await readOpenSlots(db)).map(({ slot }) => slot.getTime()).filter((slot) => slot <= now);
    const openSlotAgeSeconds = slots.length === 0 ? 0 : (now - Math.min(...slots)) / 1_000;
    return {
      pending,
      found: { problems, alarms: await readAlarms({ db, clock, settings }), openSlotAgeSeconds },
    };
  };

async function queueProblems({ queue, observe }: App): Promise<string[]> {
  try {
    await queue.check();
    return [];
  } catch (error) {
    observe({ kind: 'failed', what: 'queue', error });
    return ['the queue cannot be used'];
  }
}
