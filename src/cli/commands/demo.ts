import type { Command } from 'commander';
import { openApp } from '../../app.ts';
import { loadSampleAudience } from '../../audience/import-export/load-sample-audience.ts';
import { systemClock } from '../../domain/clock.ts';
import { weekKeyOf } from '../../domain/issue/week.ts';
import { commandLine } from '../../domain/refusal.ts';
import { importComparisons } from '../../pipeline/compose/import-comparisons.ts';
import { sampleComparisons } from '../../sample/comparisons.ts';
import { sampleSubscribers } from '../../sample/subscribers.ts';
import { withJson } from '../options.ts';
import { type CommonOptions, ignoreEvents, type Runner } from '../run.ts';
import { weekly } from './weekly.ts';

/** The demo never mails anyone: it uses the embedded database and the outbox, whatever else is configured. */
const demoSettings = { DATABASE_URL: '', RESEND_API_KEY: '', APPROVAL: 'auto', EDITOR_EMAILS: '' };

export function registerDemo(program: Command, { runWithEnv }: Runner): void {
  withJson(program.command('demo'))
    .description('try it out: send this week’s issue with sample data to the outbox folder; mails nobody')
    .action((options: CommonOptions) =>
      runWithEnv(
        options,
        async ({ env, out, terminal, signal }) => {
          const app = await openApp(env, systemClock, ignoreEvents);
          try {
            const now = app.clock.now();
            const people = await loadSampleAudience(app.db, sampleSubscribers, now);
            if (!people.ok) return people;
            const imported = await importComparisons(
              app.db,
              JSON.stringify({ comparisons: sampleComparisons(now) }),
            );
            if (!imported.ok) return imported;
            const { inserted, updated, unchanged } = imported;
            out.print(
              `Sample comparisons: ${inserted} inserted, ${updated} updated, ${unchanged} unchanged; ${people.added} sample readers added.`,
            );

            const week = weekKeyOf(now, env.TIMEZONE);
            const result = await weekly({ app, out, terminal, week, signal }, 'demo');
            out.print(`Look at the pages: ${commandLine('preview')}`);
            return result;
          } finally {
            await app.close();
          }
        },
        demoSettings,
      ),
    );
}
