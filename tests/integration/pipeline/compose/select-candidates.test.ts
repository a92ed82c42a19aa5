import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { selectCandidates } from '../../../../src/pipeline/compose/select-candidates.ts';
import { pairOf, panel, toolOf } from '../../../support/content/fixtures.ts';
import { type TestDatabase, testDatabase } from '../../../support/database/test-database.ts';
import { daysAgo, importAll, published } from '../../../support/pipeline/compose.ts';
import { tuesday } from '../../../support/pipeline/test-pipeline.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
beforeEach(() => database.db.execute(sql`truncate comparisons, reviews, tools, issues cascade`));
afterAll(() => database.close());

async function candidates(cutoff = tuesday) {
  const { comparisons, leftOut } = await selectCandidates(database.db, {
    cutoff,
    exceptIssue: null,
    maxPriceAgeDays: 45,
  });
  return { slugs: comparisons.map((comparison) => comparison.slug).toSorted(), leftOut };
}

const justAfter = new Date(tuesday.getTime() + 1);

describe('candidates', () => {
  it('are published up to the cutoff, inclusive to the millisecond', async () => {
    await importAll(database.db, [published('at', tuesday), published('after', justAfter)]);
    expect((await candidates()).slugs).toEqual(['at']);
    expect((await candidates(justAfter)).slugs).toEqual(['after', 'at']);
  });

  it('are news for 28 days', async () => {
    await importAll(database.db, [
      published('day-27', daysAgo(27.99)),
      published('day-28', daysAgo(28)),
      published('day-29', daysAgo(29)),
    ]);
    expect((await candidates()).slugs).toEqual(['day-27']);
  });

  it('include late arrivals that were published before an earlier cutoff', async () => {
    await importAll(database.db, [published('late', daysAgo(20))]);
    expect((await candidates()).slugs).toEqual(['late']);
  });

  it('exclude stale prices, with the reason, until they are checked again', async () => {
    const old = published('old-price', daysAgo(3), { pricesCheckedAt: daysAgo(46).toISOString() });
    await importAll(database.db, [
      old,
      published('just', daysAgo(3), { pricesCheckedAt: daysAgo(45).toISOString() }),
      published('never-said', daysAgo(3)),
    ]);
    expect(await candidates()).toEqual({
      slugs: ['just', 'never-said'],
      leftOut: [{ slug: 'old-price', reason: 'prices were checked over 45 days ago' }],
    });
    await importAll(database.db, [{ ...old, pricesCheckedAt: daysAgo(1).toISOString() }]);
    expect((await candidates()).slugs).toContain('old-price');
  });

  it('are in no earlier issue but a cancelled or missed one', async () => {
    const weeks = { sent: '2026-W45', draft: '2026-W46', cancelled: '2026-W47', missed: '2026-W48' };
    await importAll(
      database.db,
      Object.keys(weeks).map((slug) => published(slug, daysAgo(1))),
    );
    for (const [status, week] of Object.entries(weeks)) {
      const { rows } = await database.db.execute<{ id: number }>(sql`
        insert into issues (week, number, status, cutoff, content, subject, preheader, html, text, placeholder, envelope, sha256, approved_sha256)
        values (${week}, 1, ${status}, now(), '{}', '', '', '', '', '', '{}', '', '') returning id`);
      await database.db.execute(sql`
        insert into issue_comparisons (issue_id, comparison_id, position, active)
        select ${rows[0]?.id}, id, 0, ${['sent', 'draft'].includes(status)} from comparisons where slug = ${status}`);
    }
    expect((await candidates()).slugs).toEqual(['cancelled', 'missed']);
  });

  it('need no reviews, votes or prices', async () => {
    const bare = pairOf({ reviews: [] }, { reviews: [] }, { publishedAt: daysAgo(1).toISOString() });
    await importAll(database.db, [bare]);
    expect(await candidates()).toEqual({ slugs: ['a-vs-b'], leftOut: [] });
  });
});

describe('an invalid row written by the site', () => {
  it.each([
    [sql`update tools set url = 'javascript:alert(1)' where slug = 'bad-one'`, 'comparison.tools[0].url'],
    [sql`update tools set name = '' where slug = 'bad-two'`, 'comparison.tools[1].name'],
    [sql`update tools set name = E'\u200b\u2060' where slug = 'bad-one'`, 'comparison.tools[0].name'],
    [sql`update tools set name = repeat('x', 100000) where slug = 'bad-one'`, 'comparison.tools[0].name'],
    [sql`update tools set entry_price = E'\x07' where slug = 'bad-one'`, 'comparison.tools[0].entryPrice'],
    [sql`update tools set slug = 'Not a slug' where slug = 'bad-one'`, 'comparison.tools[0].slug'],
    [sql`update comparisons set url = '//evil.example/x' where slug = 'bad'`, 'comparison.url'],
    [
      sql`update comparisons set prices_checked_at = 'infinity' where slug = 'bad'`,
      'comparison.pricesCheckedAt',
    ],
    [
      sql`update comparisons set prices_checked_at = '0044-03-15 BC' where slug = 'bad'`,
      'comparison.pricesCheckedAt',
    ],
    [
      sql`update reviews set quote = ' ' where reviewer = 'skeptic' and tool_id = (select id from tools where slug = 'bad-two')`,
      'comparison.tools[1].reviews[1].quote',
    ],
    [
      sql`update reviews set reviewer = 'The Skeptic' where reviewer = 'skeptic' and tool_id = (select id from tools where slug = 'bad-one')`,
      'comparison.tools[0].reviews[1].reviewer',
    ],
  ])('is left out with the place, and the others stay: %#', async (mischief, place) => {
    await importAll(database.db, [published('good', daysAgo(1)), published('bad', daysAgo(1))]);
    const done = await database.db.execute(mischief);
    expect(done.rowCount).toBe(1);
    expect(await candidates()).toEqual({
      slugs: ['good'],
      leftOut: [{ slug: 'bad', reason: expect.stringContaining(`${place}: `) }],
    });
  });

  it('is left out even when its own slug is invalid', async () => {
    await importAll(database.db, [published('good', daysAgo(1)), published('bad', daysAgo(1))]);
    await database.db.execute(sql`update comparisons set slug = '../../etc' where slug = 'bad'`);
    expect(await candidates()).toEqual({
      slugs: ['good'],
      leftOut: [{ slug: '../../etc', reason: expect.stringContaining('comparison.slug: ') }],
    });
  });

  it('excludes every comparison with the invalid tool, and no other', async () => {
    const shared = toolOf('shared', { reviews: panel('ship') });
    const pair = (slug: string) => ({
      ...published(slug, daysAgo(1)),
      tools: [shared, toolOf(`${slug}-two`)] as const,
    });
    await importAll(database.db, [pair('x'), pair('y'), published('z', daysAgo(1))]);
    await database.db.execute(sql`update tools set tagline = '' where slug = 'shared'`);
    const { slugs, leftOut } = await candidates();
    expect([slugs, leftOut.map((left) => left.slug)]).toEqual([['z'], ['x', 'y']]);
  });

  it('may have microseconds, which an import never has', async () => {
    await importAll(database.db, [published('good', daysAgo(1))]);
    await database.db.execute(
      sql`update comparisons set published_at = published_at + interval '7 microseconds'`,
    );
    expect((await candidates()).slugs).toEqual(['good']);
  });
});
