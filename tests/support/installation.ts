import { sampleComparisons } from '../../src/sample/comparisons.ts';
import { Cli } from './cli.ts';
import { type TestDatabase, testDatabase } from './database/test-database.ts';

/** What a site has before its first issue: comparisons and readers, on a database and in a data folder of its own. */
export interface Installation {
  readonly cli: Cli;
  readonly database: TestDatabase;
  close(): Promise<void>;
}

export async function install(readers: number, published: Date): Promise<Installation> {
  const database = await testDatabase();
  const cli = await Cli.openOn(database);
  const comparisons = sampleComparisons(published);
  await cli.json(['import', '-'], { input: JSON.stringify({ comparisons }) });
  const emails = Array.from({ length: readers }, (_, index) => `reader-${index}@readers.example`);
  await cli.json(['subscribers', 'import', '-'], { input: `email\n${emails.join('\n')}\n` });
  return {
    cli,
    database,
    close: async () => {
      await cli.remove();
      await database.close();
    },
  };
}

/** The status of the issue of a week, if there is one. */
export async function statusOf({ database }: Installation, week: string): Promise<string | undefined> {
  const { rows } = await database.pool.query('select status from issues where week = $1', [week]);
  return rows[0]?.status;
}
