import { Model } from './model/model.ts';
import { planEditors, tidyUp } from './players/editors.ts';
import { minute, planMachine } from './players/machine.ts';
import { planEvents, planProvider, whileAnswering, whilePosting } from './players/provider.ts';
import { importFirstReaders, onReaderMail, planReaders } from './players/readers.ts';
import { planSite, publish } from './players/site.ts';
import { Agenda } from './world/agenda.ts';
import { someConditions } from './world/conditions.ts';
import { Crash } from './world/crash.ts';
import { openSimulatedDatabase, type SimulatedDatabase } from './world/database.ts';
import { seedIdentifiers } from './world/identifiers.ts';
import { Program } from './world/program.ts';
import { Provider } from './world/provider.ts';
import { Random } from './world/random.ts';
import { dayMs, replaceClock, Time, weekMs } from './world/time.ts';
import type { World } from './world/world.ts';

export interface SimulationOptions {
  readonly serverUrl: string;
  readonly weeks: number;
  readonly seed: number;
  readonly readers?: number;
  /** Of the database. */
  readonly name?: string;
  readonly onWeek?: (week: number) => void;
  /** Called for each event, for a trace. */
  readonly onEvent?: (step: number, at: Date, what: string) => void;
}

export interface SimulationResult {
  readonly weeks: number;
  readonly seed: number;
  readonly steps: number;
  readonly mails: number;
  readonly notices: number;
  readonly decisions: number;
  readonly outages: number;
  readonly crashes: number;
  readonly clockJumps: number;
  readonly violations: readonly { readonly step: number; readonly at: string; readonly what: string }[];
  readonly hash: string;
  readonly seconds: number;
}

/** At the end nothing goes wrong any more, so that all that waits can come to its end. */
const calmWeeks = 3;

/** Simulates so many weeks; ends early after a violation. */
export async function simulate(options: SimulationOptions): Promise<SimulationResult> {
  const { seed } = options;
  const startedAt = process.hrtime.bigint();
  const random = new Random(seed);
  const time = new Time(Date.UTC(2026, 0, 5) + random.int(0, 700) * dayMs);
  // Before anything is opened, so that nothing has seen another time.
  let program: Program | undefined;
  const undo = [seedIdentifiers(random.fork()), replaceClock(time, (ms) => program?.waited(ms))];
  const crash = new Crash(() => time.now);
  const database = await openSimulatedDatabase(
    options.serverUrl,
    options.name ?? `simulation_${seed}`,
    crash,
  );
  try {
    time.onChange = database.setClock;
    await time.setClock(0);
    const world = makeWorld(random, time, crash, database);
    program = world.program;
    await play(world, options);
    return resultOf(world, options, startedAt);
  } finally {
    for (const restore of undo) restore();
    await database.close();
  }
}

function makeWorld(random: Random, time: Time, crash: Crash, database: SimulatedDatabase): World {
  let model: Model | undefined;
  const onFailure = (what: string) => model?.complain(what);
  const provider = new Provider(time, random.fork());
  const parts = { database, time, provider, crash, random: random.fork(), onFailure };
  const program = new Program(parts, someConditions(random));
  model = new Model(time, database, program, provider);
  const world: World = {
    ...{ time, random, agenda: new Agenda(), database, program, provider, crash, model },
    ...{
      sums: { outages: 0, clockJumps: 0, crashes: 0, ticks: 0 },
      downUntil: 0,

      isCalm: false,
    },
  };
  listen(world);
  return world;
}

function resultOf(
  { model, sums: { outages, crashes, clockJumps } }: World,
  { weeks, seed }: SimulationOptions,
  startedAt: bigint,
): SimulationResult {
  return {
    ...{ weeks, seed, steps: model.step, mails: model.mails.total, notices: model.notices.total },
    ...{ decisions: model.decisions, outages, crashes, clockJumps },
    ...{ violations: model.violations, hash: model.hash },
    seconds: Number((process.hrtime.bigint() - startedAt) / 100_000_000n) / 10,
  };
}

const describe = (error: unknown) =>
  error instanceof Error ? `${error.message}: ${String(error.cause)}` : String(error);

function listen(world: World): void {
  const { provider, model } = world;
  provider.onPost = async (post) => {
    await model.posted(post);
    await whilePosting(world, post);
  };
  provider.onAnswer = (post, outcome) => {
    model.shortMails.answered(post, outcome, world.time.now);
    return whileAnswering(world, post, outcome);
  };
  provider.onAnswered = (post, mayBeAccepted) => model.mails.answered(post, mayBeAccepted);
  provider.onAccepted = (mails) => {
    model.accepted(mails);
    for (const mail of mails) if (mail.group === 'readers') onReaderMail(world, mail);
    const ofIssue = mails.filter(({ tags }) => tags.issue !== undefined);
    if (ofIssue.length > 0) planEvents(world, ofIssue);
  };
}

async function play(
  world: World,
  { weeks, readers = 150, onWeek, onEvent }: SimulationOptions,
): Promise<void> {
  const { time, model, agenda, random } = world;
  model.onNote = (what) => onEvent?.(model.step, new Date(time.now), what);
  const start = time.now;
  await importFirstReaders(world, readers);
  for (let n = 0; n < 4; n += 1) await publish(world);
  await minute(world);
  for (let week = 0; week < weeks; week += 1) {
    const [from, until] = [start + week * weekMs, start + (week + 1) * weekMs];
    world.isCalm = weeks > 2 * calmWeeks && week >= weeks - calmWeeks;
    planSite(world, from, until);
    planProvider(world, from, until);
    planMachine(world, from, until);
    planReaders(world, from, until);
    if (world.isCalm) agenda.add(random.between(from, until), 'an editor tidies up', () => tidyUp(world));
    else planEditors(world, from, until);
    for (let next = agenda.next(until); next !== null; next = agenda.next(until)) {
      model.step += 1;
      await time.moveTo(next.at);
      world.crash.moveOn();
      model.note(next.what);
      await next.run().catch((error: unknown) => {
        // A person's own command may die as well.
        if (!world.crash.restart()) model.complain(`${next.what}: ${describe(error)}`);
      });
      await model.look();
      if (model.violations.length > 0) return;
    }
    if (week % 8 === 7) await world.database.vacuum();
    onWeek?.(week + 1);
  }
}
