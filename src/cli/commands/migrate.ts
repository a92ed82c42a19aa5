import type { Command } from 'commander';
import { openEmbedded } from '../../db/embedded/index.ts';
import { migrateDatabase, pendingMigrations } from '../../db/migrate.ts';
import { counted } from '../../domain/text.ts';
import { withJson } from '../options.ts';
import { type CommonOptions, exitCodes, type Runner } from '../run.ts';

export function registerMigrate(program: Command, { runWithEnv }: Runner): void {
  withJson(program.command('migrate'))
    .description('bring the database to the current schema; for the embedded one, every command does this')
    .action((options: CommonOptions) =>
      runWithEnv(options, async ({ env, out }) => {
        const embedded = env.DATABASE_URL === undefined ? await openEmbedded(env.DATA_DIR) : null;
        const url = env.DATABASE_URL ?? embedded?.url ?? '';
        try {
          const applied = await pendingMigrations(url);
          await migrateDatabase(url);
          out.print(
            applied === 0
              ? 'The database is already on the current schema.'
              : `Applied ${counted(applied, 'migration')}.`,
          );
          out.document({ applied });
          return exitCodes.done;
        } finally {
          await embedded?.close();
        }
      }),
    );
}
