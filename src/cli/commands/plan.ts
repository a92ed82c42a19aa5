import { type Command, InvalidArgumentError } from 'commander';
import { counted } from '../../domain/text.ts';
import { planSlots } from '../../pipeline/schedule/plan-slots.ts';
import { parseInstant, withJson } from '../options.ts';
import { type CommonOptions, exitCodes, type Runner } from '../run.ts';

type PlanOptions = CommonOptions & { readonly weeks: number };

export function registerPlan(program: Command, { runCommand }: Runner): void {
  withJson(program.command('plan'))
    .description('list the next sends: when (local time and UTC), which comparisons, to how many readers')
    .option('--weeks <n>', 'how many sends to list, 1 to 52', parseWeeks, 8)
    .option('--now <instant>', 'ISO instant to use as the current time', parseInstant)
    .action((options: PlanOptions) =>
      runCommand(options, async ({ app, out }) => {
        const { schedule } = app.settings;
        const slots = await planSlots(app, options.weeks);
        const local = localTime(schedule.timeZone);
        for (const { slot, week, status, comparisons, audience } of slots) {
          const what =
            comparisons.length === 0 ? 'no comparisons yet' : counted(comparisons.length, 'comparison');
          const state = status === null ? '' : `, ${status}`;
          out.print(
            `${week}  ${local(slot)}  (${slot.slice(0, 16)}Z)  ${what}, ${counted(audience, 'reader')}${state}`,
          );
          for (const slug of comparisons) out.print(`          ${slug}`);
        }
        out.document({ schedule, slots });
        return exitCodes.done;
      }),
    );
}

function localTime(timeZone: string): (instant: string) => string {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    weekday: 'short',
    year: 'numeric',
    month: 'short',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    timeZoneName: 'short',
  });
  return (instant) => format.format(new Date(instant));
}

function parseWeeks(text: string): number {
  const weeks = Number(text);
  if (!/^\d+$/.test(text) || weeks < 1 || weeks > 52)
    throw new InvalidArgumentError('Expected a number from 1 to 52.');
  return weeks;
}
