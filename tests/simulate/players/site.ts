import { importComparisons } from '../../../src/pipeline/compose/import-comparisons.ts';
import { pairOf, panel } from '../../support/content/fixtures.ts';
import { timesBetween } from '../model/calendar.ts';
import type { Published, SiteTool } from '../model/site.ts';
import { dayMs, hourMs, minuteMs } from '../world/time.ts';
import type { World } from '../world/world.ts';

/** The site's people: they publish, and change what they published. */
export function planSite(world: World, from: number, until: number): void {
  const { random, agenda } = world;
  const at = () => random.between(from, until);
  const often = random.weighted({ none: 1, few: 5, many: 2 });
  const count = often === 'none' ? 0 : often === 'few' ? random.int(1, 3) : random.int(4, 8);
  for (let n = 0; n < count; n += 1) agenda.add(at(), 'the site publishes', () => publish(world));
  if (random.chance(0.4)) agenda.add(at(), 'the site changes a price', () => reprice(world));
  if (random.chance(0.15)) agenda.add(at(), 'the site renames a tool', () => rename(world));
  if (random.chance(0.12)) agenda.add(at(), 'the site retracts', () => retract(world, recentOne(world)));
  const { at: schedule, reviewHours } = world.program.conditions;
  for (const slot of timesBetween(schedule, from, until))
    if (random.chance(0.15))
      agenda.add(
        slot - random.between(0.1, reviewHours) * hourMs,
        'the site retracts what was to go out',
        async () => retract(world, await draftedOne(world)),
      );
}

export async function publish(world: World): Promise<void> {
  const { random, model, program, time } = world;
  const again = random.chance(0.1) ? random.pick([...model.site.recent(time.now, 20), null]) : null;
  const number = model.site.published.length + 1;
  const slug = `comparison-${number}`;
  const tools = again === null ? ([someTool(number, 'a'), someTool(number, 'b')] as const) : again.tools;
  const publishedAt = Math.floor(time.now / minuteMs) * minuteMs;
  const [first, second] = tools.map((tool) => ({
    ...{ slug: tool.slug, name: tool.name, entryPrice: tool.price },
    reviews: panel(random.pick(['ship ship skip', 'ship skip skip', 'skip skip ship', 'ship ship ship'])),
  }));
  const comparison = pairOf(first as object, second as object, {
    ...{ slug, url: `https://verdicts.example/compare/${slug}` },
    publishedAt: new Date(publishedAt).toISOString(),
    pricesCheckedAt: null,
  });
  const imported = await importComparisons(program.ctx.db, JSON.stringify({ comparisons: [comparison] }));
  if (!imported.ok) return model.complain(`an import was refused: ${imported.message}`);
  model.note(`published ${slug}`);
  model.site.published.push({ slug, tools, publishedAt, retracted: false, changedAt: time.now });
}

const someTool = (number: number, side: string): SiteTool => ({
  slug: `tool-${number}${side}`,
  name: `Tool ${number}${side}`,
  price: `$${number}.00/mo`,
});

function recentOne(world: World): Published | null {
  const { random, model, time } = world;
  const recent = model.site.recent(time.now, 14).filter(({ retracted }) => !retracted);
  return recent.length === 0 ? null : random.pick(recent);
}

async function draftedOne({ random, model, database }: World): Promise<Published | null> {
  const drafted = await database.look<{ slug: string }>(
    `select c.slug from issues i join issue_comparisons t on t.issue_id = i.id join comparisons c on c.id = t.comparison_id
     where i.status in ('draft', 'approved') and t.active order by i.week, t.position`,
  );
  return drafted.length === 0 ? null : (model.site.find(random.pick(drafted).slug) ?? null);
}

function changed(world: World, tool: SiteTool): void {
  for (const each of world.model.site.published)
    if (each.tools.includes(tool)) each.changedAt = world.time.now;
}

async function reprice(world: World): Promise<void> {
  const one = recentOne(world);
  if (one === null) return;
  const tool = world.random.pick(one.tools);
  tool.price = `$${Number.parseInt(tool.price.slice(1), 10)}.${world.random.int(1, 9)}${world.random.int(0, 9)}/mo`;
  await world.database.look('update tools set entry_price = $1 where slug = $2', [tool.price, tool.slug]);
  changed(world, tool);
}

async function rename(world: World): Promise<void> {
  const one = recentOne(world);
  if (one === null) return;
  const tool = world.random.pick(one.tools);
  tool.name = `${tool.name} ${world.random.pick(['Pro', 'Next', 'AI'])}`.slice(-60);
  await world.database.look('update tools set name = $1 where slug = $2', [tool.name, tool.slug]);
  changed(world, tool);
}

/** Takes a comparison back, and perhaps publishes it again later under the same slug. */
async function retract(world: World, one: Published | null): Promise<void> {
  const { database, time, random, agenda } = world;
  if (one === null || one.retracted) return;
  one.retracted = true;
  one.changedAt = time.now;
  await database.look('update comparisons set published_at = $1 where slug = $2', [
    new Date(time.now + 3_000 * dayMs),
    one.slug,
  ]);
  if (!random.chance(0.5)) return;
  agenda.add(time.now + random.between(0.1, 9) * dayMs, 'the site publishes again', async () => {
    one.retracted = false;
    one.publishedAt = Math.floor(time.now / minuteMs) * minuteMs;
    one.changedAt = time.now;
    await database.look('update comparisons set published_at = $1 where slug = $2', [
      new Date(one.publishedAt),
      one.slug,
    ]);
  });
}
