import type { Command } from 'commander';
import { openApp } from '../../app.ts';
import { clockFrom, systemClock } from '../../domain/clock.ts';
import type { Observe } from '../../domain/event.ts';
import { runRoles } from '../../main.ts';
import { countEvents, logEvents } from '../../observe.ts';
import { parseInstant, withJson } from '../options.ts';
import { type CommonOptions, exitCodes, type Runner } from '../run.ts';

export function registerStart(program: Command, { runWithEnv }: Runner): void {
  withJson(program.command('start'))
    .description(
      'run the service until it is stopped: public pages, preview, scheduler and worker (see ROLES)',
    )
    .option('--now <instant>', 'ISO instant at which to start the clock of the schedule', parseInstant)
    .action((options: CommonOptions) =>
      runWithEnv(options, async ({ env, out, terminal, signal }) => {
        const clock = options.now === undefined ? systemClock : clockFrom(options.now);
        const log = logEvents(env.LOG_LEVEL, out.json ? terminal.stderr : terminal.stdout, env.ROLES);
        const metrics = countEvents(env.ROLES);
        const observe: Observe = (event) => {
          log(event);
          metrics.observe(event);
        };
        const app = await openApp(env, clock, observe, env.ROLES);
        try {
          await runRoles(app, metrics, signal);
          out.document({ stopped: true });
          return exitCodes.done;
        } finally {
          await app.close();
        }
      }),
    );
}
