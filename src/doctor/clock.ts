import { type Db, databaseFacts } from '../db/client.ts';
import { type Diagnosis, fault, good } from '../domain/diagnosis.ts';

const maxDriftMs = 2_000;

/** Whether this machine and the database agree on the time: leases follow the one, the schedule the other. */
export async function checkClock(db: Db): Promise<Diagnosis> {
  const before = Date.now();
  const { now } = await databaseFacts(db);
  const driftMs = Math.max(0, before - now.getTime(), now.getTime() - Date.now());
  return driftMs <= maxDriftMs
    ? good('Clock', `this machine and the database agree (${now.toISOString()})`)
    : fault(
        'Clock',
        `this machine is ${Math.round(driftMs / 1_000)} s off the database’s time`,
        'Synchronise both machines with NTP.',
      );
}
