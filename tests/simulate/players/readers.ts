import { Readable } from 'node:stream';
import { requestErasureByLink } from '../../../src/audience/data/data-link.ts';
import { eraseByHand } from '../../../src/audience/data/erase.ts';
import { importSubscribers } from '../../../src/audience/import-export/import-subscribers.ts';
import { pause, readPreferences, requestDataLink, resume } from '../../../src/audience/leave/preferences.ts';
import { unsubscribe } from '../../../src/audience/leave/unsubscribe.ts';
import { confirm } from '../../../src/audience/sign-up/confirm.ts';
import { recordSignUps } from '../../../src/audience/sign-up/record-sign-ups.ts';
import { parseEmailAddress } from '../../../src/domain/audience/email-address.ts';
import type { AcceptedMail } from '../world/provider.ts';
import { dayMs, hourMs, minuteMs, weekMs } from '../world/time.ts';
import type { World } from '../world/world.ts';

/** Readers, who come and go. */
export function planReaders(world: World, from: number, until: number): void {
  const { random, agenda } = world;
  const some = (most: number, what: string, run: (world: World) => Promise<void>) => {
    for (let n = random.int(0, most); n > 0; n -= 1)
      agenda.add(random.between(from, until), what, () => run(world));
  };
  some(5, 'somebody signs up', signUp);
  some(3, 'a reader leaves', leave);
  some(2, 'a reader pauses', takeABreak);
  if (random.chance(0.25)) some(1, 'a reader asks to be erased', askToBeErased);
  if (random.chance(0.1)) some(1, 'an editor erases a reader', eraseOne);
  if (random.chance(0.3)) some(1, 'an editor imports a list', importSome);
}

/** The first readers, in a file. */
export async function importFirstReaders(world: World, count: number): Promise<void> {
  await importList(
    world,
    Array.from({ length: count }, (_, n) => `first-${n + 1}@readers.example`),
  );
}

async function importSome(world: World): Promise<void> {
  const { random, model } = world;
  const fresh = Array.from({ length: random.int(1, 8) }, () => newAddress(world));
  const known = model.readers.addresses;
  const left = model.readers.in('left');
  const again = Array.from({ length: random.int(0, 5) }, () =>
    random.pick(left.length > 0 && random.chance(0.5) ? left : known),
  );
  await importList(world, random.shuffled([...fresh, ...again]));
}

async function importList(world: World, addresses: readonly string[]): Promise<void> {
  const { program, model, time } = world;
  const { db, keys, clock } = program.ctx;
  const csv = Readable.from([`email\n${addresses.join('\n')}\n`]);
  const result = await importSubscribers(db, csv, { consentSource: 'a list', at: clock.now(), keys });
  if (!result.ok) return model.complain(`an import was refused: ${result.message}`);
  // Whoever is new, or has not confirmed yet, is a reader by the importer's word. Nobody comes back this way.
  for (const address of new Set(addresses)) {
    const state = model.readers.stateOf(address);
    if (state === null || state === 'pending') model.readers.become(address, 'confirmed', time.now);
    if (state === null) perhapsRefuse(world, address);
  }
}

function newAddress(world: World): string {
  // In capitals and not: what the program compares has to know no difference.
  return `Reader-${world.model.readers.addresses.length + world.random.int(1, 900) * 1_000_000}@readers.example`;
}

/** Some addresses the provider never takes. */
function perhapsRefuse({ random, provider }: World, address: string): void {
  const how = random.weighted({ taken: 200, rejected: 3, refused: 1 });
  if (how === 'rejected') provider.rejected.add(address.toLowerCase());
  if (how === 'refused') provider.refused.add(address.toLowerCase());
}

/** New ones, and some who left before. */
async function signUp(world: World): Promise<void> {
  const { random, model, program } = world;
  const left = model.readers.in('left');
  const address = left.length > 0 && random.chance(0.3) ? random.pick(left) : newAddress(world);
  const email = parseEmailAddress(address);
  if (typeof email !== 'string') return model.complain(`not an address: ${address}`);
  await recordSignUps(program.ctx, [
    {
      email,
      ip: `192.0.${random.int(0, 255)}.${random.int(1, 254)}`,
      source: 'sign-up page',
      purpose: 'subscribe',
      shownVersion: null,
    },
  ]);
  if (model.readers.stateOf(address) === null) perhapsRefuse(world, address);
  model.readers.signUp(address, world.time.now);
}

/** A mail to a reader arrived: they may click its link, at some time. */
export function onReaderMail(world: World, { to, tags, text, date }: AcceptedMail): void {
  const { random, agenda, time } = world;
  const link = (start: string) => new RegExp(`/${start}/([\\w-]+)`).exec(text)?.[1];
  if (tags.mail === 'confirm' || tags.mail === 'reminder') {
    const token = link('confirm');
    if (token === undefined || !random.chance(0.8)) return;
    const delay = random.chance(0.9) ? random.between(1, 600) * minuteMs : random.between(1, 10) * dayMs;
    agenda.add(time.now + delay, 'a reader confirms', () =>
      clickConfirm(world, to.toLowerCase(), token, date),
    );
    if (random.chance(0.1))
      agenda.add(time.now + delay + dayMs, 'a reader confirms again', () =>
        clickConfirm(world, to.toLowerCase(), token, date, true),
      );
  }
  if (tags.mail === 'data-link') {
    const token = link('data');
    if (token === undefined) return;
    agenda.add(time.now + random.between(1, 50) * minuteMs, 'a reader erases', () =>
      clickErase(world, to.toLowerCase(), token),
    );
  }
}

async function clickConfirm(
  world: World,
  address: string,
  token: string,
  writtenAt: number,
  isAgain = false,
): Promise<void> {
  const { database, program, model, time } = world;
  const status = async () => {
    const [row] = await database.look<{ status: string }>(
      'select status from subscribers where lower(email) = $1',
      [address],
    );
    return row?.status ?? null;
  };
  const before = await status();
  const { kind } = await confirm(program.ctx, token);
  const isYoung = time.now - writtenAt < 6 * dayMs && !model.isClockOdd;
  const isErased = model.readers.erased.some((erased) => erased.address === address);
  if ((kind === 'expired' || kind === 'unknown') && isYoung && !isErased && !isAgain)
    model.complain('a link to confirm, a few days old, did not work');
  if (before !== 'confirmed' && (await status()) === 'confirmed') {
    const since = model.readers.suppressedSince(address);
    if (since !== null && !model.isClockOdd) {
      if (kind === 'confirmed' && since.happened > writtenAt)
        model.complain('a link lifted a suppression from after it was mailed');
      if (kind === 'refused' && Math.max(since.known, since.happened) < writtenAt)
        model.complain('a link did not lift a suppression from before it was mailed');
    }
    if (kind === 'confirmed') model.readers.lift(address, writtenAt, time.now);
    model.readers.become(address, 'confirmed', time.now);
  }
}

async function someToken(world: World, address: string): Promise<string | null> {
  const [row] = await world.database.look<{ token: string }>(
    'select reader_token as token from subscribers where lower(email) = $1',
    [address],
  );
  return row?.token ?? null;
}

/** Leaves with the one click of a mail, and perhaps clicks again. */
export async function leave(world: World): Promise<void> {
  const { random, model, program, time, agenda } = world;
  const readers = model.readers.in('confirmed');
  if (readers.length === 0) return;
  const address = random.pick(readers);
  const token = await someToken(world, address);
  if (token === null) return;
  await unsubscribe(program.ctx, random.chance(0.2) ? [token, token] : [token]);
  const leftAt = time.now;
  model.readers.become(address, 'left', leftAt);
  model.note('a reader left');
  if (random.chance(0.3))
    agenda.add(time.now + random.between(5, 90) * dayMs, 'a reader leaves with the link of an old mail', () =>
      leaveAgain(world, address, token, leftAt),
    );
}

/** The link may be older than the subscription, and ends it all the same, unless its reader was erased in between. */
async function leaveAgain(world: World, address: string, token: string, since: number): Promise<void> {
  const { model, program, time } = world;
  if (model.readers.wasErasedAfter(address, since)) return;
  await unsubscribe(program.ctx, [token]);
  if (model.readers.stateOf(address) === 'confirmed') model.readers.become(address, 'left', time.now);
}

async function takeABreak(world: World): Promise<void> {
  const { random, model, program, time, agenda } = world;
  const readers = model.readers.in('confirmed');
  if (readers.length === 0) return;
  const address = random.pick(readers);
  const token = await someToken(world, address);
  const found = token === null ? null : await readPreferences(program.ctx, token);
  if (found === null) return;
  await pause(program.ctx, found);
  model.readers.pause(address, time.now, time.machine + 4 * weekMs);
  if (!random.chance(0.3)) return;
  agenda.add(time.now + random.between(1, 200) * hourMs, 'a reader comes back from a break', async () => {
    if (model.readers.stateOf(address) !== 'confirmed') return;
    await resume(program.ctx, found);
    model.readers.pause(address, time.now, 0);
  });
}

async function askToBeErased(world: World): Promise<void> {
  const { random, model, program } = world;
  const address = random.pick([...model.readers.in('confirmed'), ...model.readers.in('left')]);
  const token = await someToken(world, address);
  const found = token === null ? null : await readPreferences(program.ctx, token);
  if (found !== null) await requestDataLink(program.ctx, found);
}

async function clickErase(world: World, address: string, token: string): Promise<void> {
  if (await requestErasureByLink(world.program.ctx, token))
    world.model.readers.erase(address, world.time.now);
}

async function eraseOne(world: World): Promise<void> {
  const { random, model, program, time } = world;
  const address = random.pick(model.readers.in('confirmed'));
  const result = await eraseByHand(program.ctx, address);
  if (result.kind !== 'unknown') model.readers.erase(address, time.now);
}
