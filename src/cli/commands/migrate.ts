import type { Command } from 'commander';
import { openEmbedded } from '../../db/embedded/index.ts';
import { migrateDatabase, pendingMigrations } from '../../db/migrate.ts';
import { withJson } from '../options.ts';
import { type CommonOptions, exitCodes, runWithEnv } from '../run.ts';

export function registerMigrate(program: Command): void {
  withJson(program.command('migrate'))
    .description('bring the database to the current schema (embedded: every command does it by itself)')
    .action((options: CommonOptions) =>
      runWithEnv(options, async (out, env) => {
        const embedded = env.DATABASE_URL === undefined ? await openEmbedded(env.DATA_DIR) : null;
        const url = env.DATABASE_URL ?? embedded?.url ?? '';
        try {
          const applied = await pendingMigrations(url);
          await migrateDatabase(url);
          out.print(
            applied === 0
              ? 'The database is on the current schema already.'
              : `Applied ${applied} migration(s).`,
          );
          out.document({ applied });
          return exitCodes.done;
        } finally {
          await embedded?.close();
        }
      }),
    );
}
