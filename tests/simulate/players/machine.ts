import { timesBetween } from '../model/calendar.ts';
import { someTime, type WeeklyTime } from '../world/conditions.ts';
import type { Random } from '../world/random.ts';
import { dayMs, hourMs, minuteMs } from '../world/time.ts';
import type { World } from '../world/world.ts';

/** Minutes of the schedule at which something is to happen, a few others, and what goes wrong with the machine. */
export function planMachine(world: World, from: number, until: number): void {
  planTicks(world, from, until);
  if (world.isCalm) return;
  const { random, agenda } = world;
  const at = () => random.between(from, until);
  if (random.chance(0.1)) agenda.add(at(), 'the program stops', async () => stop(world));
  if (random.chance(0.04)) planStopOverSlot(world, from, until);
  if (random.chance(0.04)) agenda.add(at(), 'a clock jumps', () => jump(world));
  // What is deleted for its age waits for what is not finished.
  if (random.chance(world.model.hasUnfinished ? 0.5 : 0.12)) planSteadyDay(world, at());
  if (random.chance(0.08)) agenda.add(at(), 'the settings change', () => changeSettings(world));
}

function planTicks(world: World, from: number, until: number): void {
  const { random, agenda, program } = world;
  const { at, reviewHours, minReviewMinutes } = program.conditions;
  const tick = (instant: number) => agenda.add(instant, 'a tick', () => minute(world));
  for (const slot of timesBetween(at, from, until + reviewHours * hourMs)) {
    for (const offset of [-reviewHours * hourMs, 0, minReviewMinutes * minuteMs, 3 * hourMs, dayMs])
      tick(slot + offset + random.between(0.1, 1) * minuteMs);
  }
  for (let n = 0; n < 4; n += 1) tick(random.between(from, until));
  // While something is being sent each minute counts: a provider's "later" is over soon.
  for (const slot of timesBetween(at, from, until))
    for (let n = 1; n < 4; n += 1) tick(slot + (minReviewMinutes + n * random.int(2, 20)) * minuteMs);
}

/** From before an issue is composed until it is too late to compose one. */
function planStopOverSlot(world: World, from: number, until: number): void {
  const { random, agenda, program } = world;
  const { at, reviewHours } = program.conditions;
  const [slot] = timesBetween(at, from + reviewHours * hourMs, until + reviewHours * hourMs);
  if (slot === undefined) return;
  const begin = slot - (reviewHours + random.between(0.1, 3)) * hourMs;
  const ms = slot + dayMs + random.between(0.1, 12) * hourMs - begin;
  agenda.add(Math.max(begin, from), 'the program stops', async () => stopFor(world, ms));
}

/** Nothing is deleted for its age before the schedule has run at least each hour for a day, and so it does for 27. */
function planSteadyDay(world: World, from: number): void {
  for (let n = 0; n < 36; n += 1) world.agenda.add(from + n * 45 * minuteMs, 'a tick', () => minute(world));
}

/** The program's minute: the schedule, then the jobs; it may die in between, and starts again. */
export async function minute(world: World): Promise<void> {
  const { time, random, crash, program, model, sums, agenda, isCalm } = world;
  if (time.now < world.downUntil) return;
  sums.ticks += 1;
  if (!isCalm && random.chance(0.09))
    crash.arm(random.int(1, 60), random.chance(0.4), random.chance(0.3) ? outageMs(random) : null);
  // A worker may be up before the process with the schedule, and finds the jobs of the tick before.
  const isEarly = !isCalm && random.chance(0.1);
  const isClean = (!isEarly || (await program.work())) && (await program.tick()) && (await program.work());
  if (!isClean) {
    if (crash.isDatabaseAway) sums.outages += 1;
    else sums.crashes += 1;
    model.note(crash.isDatabaseAway ? 'the database is away' : 'the program died');
    const ms = random.between(0.5, random.chance(0.8) ? 4 : 30) * minuteMs;
    agenda.add(time.now + ms, 'the program starts again', () => minute(world));
  }
  // The queue tries again within minutes, and less and less often.
  if (program.hasRetries && !random.chance(0.2))
    agenda.add(time.now + random.between(1, 11) * minuteMs, 'a tick', () => minute(world));
  model.ticked(isClean);
}

/** PostgreSQL restarts, fails over, or is gone for longer. */
const outageMs = (random: Random) =>
  random.chance(0.7) ? random.between(1, 60) * 1_000 : random.between(1, 20) * minuteMs;

function stop(world: World): void {
  const { random } = world;
  const ms = random.pick([
    random.between(5, 60) * minuteMs,
    random.between(1, 20) * hourMs,
    random.between(1, 12) * dayMs,
  ]);
  stopFor(world, ms);
}

/** What is under way ends first; nothing begins until the program starts again. */
export function stopFor(world: World, ms: number): void {
  const { time, program, model, sums, agenda } = world;
  sums.outages += 1;
  program.stop();
  world.downUntil = time.now + ms;
  model.note('the program stops');
  agenda.add(world.downUntil + 1, 'the program starts again', () => minute(world));
}

/** The machine's clock goes wrong, for a while. */
async function jump(world: World): Promise<void> {
  const { time, random, model, sums, agenda } = world;
  if (time.offsetMs !== 0) return;
  const ms = random.pick([
    random.between(2, 50) * minuteMs,
    random.between(1, 20) * hourMs,
    random.between(1, 20) * dayMs,
  ]);
  const offset = Math.round(random.chance(0.6) ? ms : -ms);
  sums.clockJumps += 1;
  model.clockChanged();
  await time.setClock(offset);
  model.note(`the clock jumps by ${offset}`);
  for (let n = 0; n < 3; n += 1)
    agenda.add(time.now + random.between(1, 90) * minuteMs, 'a tick', () => minute(world));
  agenda.add(time.now + random.between(0.1, 40) * hourMs, 'the clock is put right', async () => {
    model.clockChanged();
    await time.setClock(0);
    for (let n = 0; n < 3; n += 1)
      agenda.add(time.now + random.between(1, 90) * minuteMs, 'a tick', () => minute(world));
  });
}

/** Sometimes one that has just passed, which is not to be served any more. */
function anotherTime({ random, program, time }: World): WeeklyTime {
  const kind = random.weighted({ any: 4, 'another day': 4, passed: 3 });
  if (kind === 'any') return someTime(random);
  if (kind === 'another day') return { ...program.conditions.at, day: random.int(1, 7) };
  const passed = new Date(time.machine - random.between(1, 20) * hourMs);
  return { day: passed.getUTCDay() || 7, hour: passed.getUTCHours(), minute: 0, timeZone: 'UTC' };
}

async function changeSettings(world: World): Promise<void> {
  const { random, program, model, agenda, time } = world;
  const { conditions } = program;
  const what = random.weighted({
    schedule: 5,
    approval: 3,
    minutes: 1,
    least: 1,
    most: 1,
    mode: 1,
    editors: 1,
  });
  model.note(`another ${what}`);
  model.settingsChanged(what);
  program.conditions = {
    ...conditions,
    ...(what === 'schedule' ? { at: anotherTime(world) } : {}),
    ...(what === 'approval' ? { approval: conditions.approval === 'auto' ? 'required' : 'auto' } : {}),
    ...(what === 'minutes' ? { minReviewMinutes: random.pick([0, 60, 180]) } : {}),
    ...(what === 'least' ? { minComparisons: random.int(1, 3) } : {}),
    ...(what === 'most' ? { maxComparisons: random.pick([3, 6, 12]) } : {}),
    ...(what === 'mode' ? { mode: conditions.mode === 'inline' ? 'template' : 'inline' } : {}),
    ...(what === 'editors'
      ? { editors: random.pick([[], ['ada@desk.example'], ['ada@desk.example', 'grace@desk.example']]) }
      : {}),
  };
  agenda.add(time.now + random.between(0.2, 5) * minuteMs, 'the program starts again', () => minute(world));
  planTicks(world, time.now, time.now + 7 * dayMs);
}
