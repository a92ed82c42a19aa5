import type { Command } from 'commander';
import { openApp } from '../../app.ts';
import { clockFrom, systemClock } from '../../domain/clock.ts';
import { runRoles } from '../../main.ts';
import { countEvents, logEvents } from '../../observe.ts';
import { parseInstant, withJson } from '../options.ts';
import { type CommonOptions, exitCodes, runWithEnv } from '../run.ts';
import { stopSignal } from '../stop-signal.ts';

export function registerStart(program: Command): void {
  withJson(program.command('start'))
    .description(
      'run the service until it is stopped: public pages, preview, scheduler and worker (see ROLES)',
    )
    .option('--now <instant>', 'ISO instant at which to start the clock of the schedule', parseInstant)
    .action((options: CommonOptions) =>
      runWithEnv(options, async (out, env) => {
        const clock = options.now === undefined ? systemClock : clockFrom(options.now);
        const signal = stopSignal();
        const log = logEvents(env.LOG_LEVEL, out.json ? 2 : 1);
        const metrics = countEvents();
        const app = await openApp(env, clock, (event) => {
          log(event);
          metrics.observe(event);
        });
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
