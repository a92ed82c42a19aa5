import type { MailEvent } from '../../../src/domain/sending/mail-event.ts';
import type { BatchOutcome } from '../../../src/domain/sending/outcome.ts';
import { recordMailEvents } from '../../../src/pipeline/send/record-mail-events.ts';
import { type AcceptedMail, fairWeather, type Post, type Weather } from '../world/provider.ts';
import { dayMs, hourMs, minuteMs } from '../world/time.ts';
import type { World } from '../world/world.ts';
import { interrupt, lookIn } from './editors.ts';
import { stopFor } from './machine.ts';
import { leave } from './readers.ts';

const badWeather: Weather = {
  accepts: 70,
  'accepts, and the answer is lost': 8,
  'the request is lost': 5,
  'says that it did nothing': 8,
  'rejects half for a fault of ours': 2,
  'refuses the request for a fault of ours': 2,
  'holds the account': 4,
  'has no quota left': 5,
  'accepts, and answers nonsense': 2,
  'answers nonsense': 2,
};

/** The provider's weather of a week, and its outages. */
export function planProvider(world: World, from: number, until: number): void {
  const { random, agenda, provider, sums, isCalm, model } = world;
  provider.weather = !isCalm && random.chance(0.5) ? badWeather : fairWeather;
  if (isCalm || !random.chance(0.15)) return;
  agenda.add(random.between(from, until), 'the provider goes down', async () => {
    sums.outages += 1;
    const ms = random.pick([random.between(2, 90) * minuteMs, random.between(2, 40) * hourMs]);
    provider.downUntil = world.time.now + ms;
    model.note('the provider goes down');
  });
}

/** What may happen while a request of an issue is under way. */
export async function whilePosting(world: World, post: Post): Promise<void> {
  const { random, time, crash, isCalm } = world;
  await time.pass(random.int(20, 1_500));
  if (post.emails[0]?.tags.issue === undefined || isCalm || world.provider.isBeside) return;
  const week = post.group;
  const what = random.weighted({ nothing: 78, leave: 5, editor: 5, crash: 2 });
  // Whoever wants something while the database is away does not get it.
  if (what === 'leave' && !crash.isDatabaseAway) await crash.spare(() => leave(world));
  if (what === 'editor' && !crash.isDatabaseAway) await crash.spare(() => interrupt(world, week));
  if (what === 'crash')
    crash.arm(
      random.int(1, 8),
      random.chance(0.5),
      random.chance(0.4) ? random.between(1, 90) * 1_000 : null,
    );
}

/**
 * An answer may take so long that the claim ends, and another worker takes the batch over; which may die of it. A worker
 * that is late with a "no" must not undo what the other did.
 */
export async function whileAnswering(world: World, post: Post, outcome: BatchOutcome): Promise<void> {
  const { random, time, agenda, program, crash, isCalm } = world;
  if (post.emails[0]?.tags.issue === undefined || isCalm) return;
  if (world.provider.isBeside) {
    // With the batch in its hands.
    if (random.chance(0.4)) crash.arm(1, false);
    return;
  }
  // For longer, perhaps, than the provider remembers what it did.
  if (outcome.kind === 'retry' && outcome.attempted && random.chance(0.1))
    stopFor(world, random.between(15, 60) * hourMs);
  // The editors hear of it.
  if ((outcome.kind === 'pause-issue' || outcome.kind === 'hold-issue') && random.chance(0.5))
    agenda.add(time.now + random.between(1, 50) * minuteMs, 'an editor looks in', () => lookIn(world));
  if (outcome.kind === 'pause-issue' && random.chance(0.3))
    agenda.add(time.now + random.between(1, 600) * minuteMs, 'an editor stops what waits', () =>
      interrupt(world, post.group),
    );
  if (!random.chance(outcome.kind === 'submitted' ? 0.02 : 0.25)) return;
  await time.pass(random.int(26, 90) * 1_000);
  world.provider.isBeside = true;
  const beside = () => program.deliverBeside(post.group);
  await crash.alone(
    random.chance(0.3) ? random.int(2, 8) : Number.POSITIVE_INFINITY,
    random.chance(0.3),
    beside,
  );
  world.provider.isBeside = false;
}

const lateTypes = ['delivered', 'opened', 'clicked', 'bounced', 'complained'] as const;

/** After an issue's mails: what the provider reports of them, late, out of order and twice. */
export function planEvents(world: World, mails: readonly AcceptedMail[]): void {
  const { random, agenda, time } = world;
  const reports = mails.flatMap((mail) => {
    const type = random.weighted({
      none: 55,
      sent: 3,
      delivered: 34,
      delivery_delayed: 1,
      opened: 4,
      clicked: 2,
      bounced: 0.4,
      complained: 0.3,
      soft_bounced: 0.3,
    });
    if (type === 'none') return [];
    // Many open a mail, and click in it, more than once.
    const isRepeated = (type === 'opened' || type === 'clicked') && random.chance(0.5);
    return [eventOf(world, mail, type), ...(isRepeated ? [eventOf(world, mail, type, 'again')] : [])];
  });
  if (reports.length === 0) return;
  const report = (events: readonly MailEvent[], delay: number) =>
    agenda.add(time.now + delay, 'the provider reports', () => record(world, events));
  const [first, second] = [reports.filter((_, n) => n % 2 === 0), reports.filter((_, n) => n % 2 === 1)];
  report(random.shuffled(first), random.between(0.1, 60) * minuteMs);
  report(random.shuffled(second), random.between(0.01, 3) * dayMs);
  if (random.chance(0.2)) report(random.shuffled(reports), random.between(0.01, 4) * dayMs);
  // Long after: some again, and some that were never reported before.
  const late = mails
    .filter(() => random.chance(0.01))
    .map((mail) => eventOf(world, mail, random.pick(lateTypes), 'late'));
  if (late.length > 0)
    report(
      [...late, ...reports.filter(({ type }) => type !== 'sent').slice(0, 1)],
      random.between(5, 130) * dayMs,
    );
}

function eventOf(
  world: World,
  { id, to, tags }: AcceptedMail,
  type: string,
  when: 'soon' | 'again' | 'late' = 'soon',
): MailEvent {
  return {
    ...{ eventId: `event-${id}-${type}-${when}`, type, at: new Date(world.time.now), providerId: id },
    tagged: {
      issueId: Number(tags.issue),
      batchNo: Number(tags.batch),
      subscriberId: Number(tags.delivery),
    },
    ...{ address: to.toLowerCase(), detail: null },
    suppresses: type === 'bounced' ? 'hard_bounce' : type === 'complained' ? 'complaint' : null,
  };
}

async function record(world: World, events: readonly MailEvent[]): Promise<void> {
  const { program, model, time } = world;
  await recordMailEvents(program.ctx, events);
  model.reports.reported(
    events.flatMap(({ eventId, tagged, address, type, at }) =>
      tagged === null || address === null
        ? []
        : [
            {
              ...{ eventId, issueId: `${tagged.issueId}`, person: `${tagged.subscriberId}`, type },
              happenedAt: at.getTime(),
              isCertain: model.readers.hasStayed(address, at.getTime()),
            },
          ],
    ),
    time.now,
  );
  for (const { address, suppresses, at } of events)
    if (address !== null && suppresses !== null && model.readers.stateOf(address) !== null)
      model.readers.suppress(address, time.now, at.getTime());
}
