import { type Db, databaseFacts } from '../db/client.ts';
import { type Diagnosis, fault, good } from '../domain/diagnosis.ts';

const oldestVersion = 15;

/** The version of the server. The schema is current, since an app with an older one cannot be opened. */
export async function checkDatabase(db: Db): Promise<Diagnosis[]> {
  const { version } = await databaseFacts(db);
  return [
    version >= oldestVersion
      ? good('Database', `PostgreSQL ${version} answers`)
      : fault('Database', `PostgreSQL ${version} is too old`, `Use PostgreSQL ${oldestVersion} or newer.`),
    good('Migrations', 'the schema is current'),
  ];
}
