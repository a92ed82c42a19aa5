import type { Db } from '../db/client.ts';
import { databaseFacts } from '../db/client.ts';
import { type Diagnosis, fault, good } from '../domain/diagnosis.ts';

const oldestVersion = 15;
const maxDriftMs = 2_000;

/**
 * Version, and whether its clock agrees with this machine's: leases run on one, slots on the other. An app that
 * could be opened has its migrations.
 */
export async function checkDatabase(db: Db): Promise<Diagnosis[]> {
  const before = Date.now();
  const { version, now } = await databaseFacts(db);
  const driftMs = Math.max(0, before - now.getTime(), now.getTime() - Date.now());
  return [
    version >= oldestVersion
      ? good('Database', `PostgreSQL ${version} answers`)
      : fault('Database', `PostgreSQL ${version} is too old`, `Use PostgreSQL ${oldestVersion} or newer.`),
    good('Migrations', 'on the current schema'),
    driftMs <= maxDriftMs
      ? good('Clock', `agrees with the database's (${now.toISOString()})`)
      : fault(
          'Clock',
          `is ${Math.round(driftMs / 1_000)} s off the database's`,
          'Let both machines keep time by NTP.',
        ),
  ];
}
