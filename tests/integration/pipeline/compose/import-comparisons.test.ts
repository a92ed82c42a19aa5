import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readCandidates } from '../../../../src/db/queries/issue/comparisons.ts';
import type { Comparison } from '../../../../src/domain/comparison/comparison.ts';
import { parseComparison } from '../../../../src/domain/comparison/schema.ts';
import { importComparisons } from '../../../../src/pipeline/compose/import-comparisons.ts';
import { comparisonsArbitrary } from '../../../support/content/arbitraries.ts';
import { pairOf, panel, toolOf } from '../../../support/content/fixtures.ts';
import { type TestDatabase, testDatabase } from '../../../support/database/test-database.ts';
import { daysAgo, importAll, published } from '../../../support/pipeline/compose.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
beforeEach(() =>
  database.db.execute(sql`truncate comparisons, reviews, tools, issue_comparisons, issues cascade`),
);
afterAll(() => database.close());

const file = (...comparisons: unknown[]) => JSON.stringify({ comparisons });

async function stored(): Promise<unknown[]> {
  const range = { after: new Date(0), until: new Date('9999-12-31T00:00:00Z'), exceptIssue: null };
  return (await readCandidates(database.db, range)).map((row) => row.value);
}

async function count(table: 'comparisons' | 'tools' | 'reviews'): Promise<number> {
  const { rows } = await database.db.execute<{ n: number }>(
    sql`select count(*)::int as n from ${sql.identifier(table)}`,
  );
  return rows[0]?.n ?? -1;
}

/** Everything in the three tables but when it was written; `xmin` shows a row that was written again. */
async function contents(): Promise<unknown> {
  const { rows } = await database.db.execute(sql`
    select (select jsonb_agg(to_jsonb(c) || jsonb_build_object('xmin', c.xmin::text) order by c.id) from comparisons c) as comparisons,
      (select jsonb_agg(to_jsonb(t) || jsonb_build_object('xmin', t.xmin::text) order by t.id) from tools t) as tools,
      (select jsonb_agg(to_jsonb(r) || jsonb_build_object('xmin', r.xmin::text) order by r.tool_id, r.position) from reviews r) as reviews`);
  return rows[0];
}

function withFirstTool(comparison: Comparison, change: object): Comparison {
  const [first, second] = comparison.tools;
  return { ...comparison, tools: [{ ...first, ...change }, second] };
}

describe('importing comparisons', () => {
  it('inserts the first time and writes no row the second', async () => {
    const all = [published('one', daysAgo(1)), published('two', daysAgo(2))];
    expect(await importAll(database.db, all)).toEqual({ inserted: 2, updated: 0, unchanged: 0 });
    const before = await contents();
    expect(await importAll(database.db, all)).toEqual({ inserted: 0, updated: 0, unchanged: 2 });
    expect(await contents()).toEqual(before);
  });

  it('counts each comparison of a mixed file as inserted, updated or unchanged', async () => {
    const [kept, changed, added] = [1, 2, 3].map((day) => published(`day-${day}`, daysAgo(day)));
    await importAll(database.db, [kept, changed] as Comparison[]);
    const next = [kept, { ...changed, url: 'https://verdicts.example/moved' }, added] as Comparison[];
    expect(await importAll(database.db, next)).toEqual({ inserted: 1, updated: 1, unchanged: 1 });
    expect(await stored()).toEqual(next);
  });

  it('counts a changed quote as an update and replaces the reviews, even by fewer or in another order', async () => {
    const before = published('one', daysAgo(1));
    await importAll(database.db, [before]);
    for (const reviews of [
      [{ reviewer: 'builder', verdict: 'skip' as const, quote: 'Not any more.' }],
      panel('ship ship skip').toReversed(),
      [],
    ]) {
      const after = withFirstTool(before, { reviews });
      expect(await importAll(database.db, [after])).toEqual({ inserted: 0, updated: 1, unchanged: 0 });
      expect(await stored()).toEqual([after]);
    }
  });

  it('updates a tool for every comparison that shares it', async () => {
    const shared = toolOf('shared');
    const pair = (slug: string, name: string): Comparison => ({
      ...published(slug, daysAgo(1)),
      tools: [{ ...shared, name }, toolOf(`${slug}-two`)],
    });
    await importAll(database.db, [pair('x', 'Old'), pair('y', 'Old')]);
    expect(await count('tools')).toBe(3);
    expect(await importAll(database.db, [pair('x', 'New')])).toEqual({
      inserted: 0,
      updated: 1,
      unchanged: 0,
    });
    expect(await stored()).toEqual([pair('x', 'New'), pair('y', 'New')]);
    expect(await importAll(database.db, [pair('y', 'New')])).toMatchObject({ unchanged: 1 });
  });

  it('refuses a file that describes a shared tool in two ways', async () => {
    const pair = (slug: string, name: string) => ({
      ...published(slug, daysAgo(1)),
      tools: [{ ...toolOf('shared'), name }, toolOf(`${slug}-two`)],
    });
    const refused = await importComparisons(database.db, file(pair('x', 'Old'), pair('y', 'New')));
    expect(refused).toMatchObject({
      ok: false,
      message: expect.stringContaining('comparisons[1].tools[0].name'),
    });
    expect(await count('tools')).toBe(0);
  });

  it('writes nothing when one field of one comparison is invalid, and names its path', async () => {
    const good = published('good', daysAgo(1));
    const { entryPrice: _, ...unpriced } = published('bad', daysAgo(1)).tools[0];
    const bad = { ...published('bad', daysAgo(1)), tools: [unpriced, toolOf('b')] };
    const refused = await importComparisons(database.db, file(good, bad));
    expect(refused).toMatchObject({
      ok: false,
      message: expect.stringContaining('comparisons[1].tools[0].entryPrice: missing'),
    });
    expect(await count('comparisons')).toBe(0);
  });

  it.each([
    ['nothing at all', ''],
    ['half a file', '{"comparisons": [{"slug": "a'],
    ['another document', '[]'],
    ['a deep nest', '['.repeat(5_000)],
    ['too many', file(...Array.from({ length: 10_001 }, () => ({})))],
  ])('refuses %s with a sentence', async (_, content) => {
    const refused = await importComparisons(database.db, content);
    expect(refused).toMatchObject({ ok: false, message: expect.stringMatching(/^Nothing was imported; /) });
  });

  it('accepts an empty list and a byte order mark', async () => {
    const imported = await importComparisons(database.db, `\uFEFF${file()}`);
    expect(imported).toEqual({ ok: true, inserted: 0, updated: 0, unchanged: 0 });
  });

  it('refuses NUL, which PostgreSQL cannot store, and half a surrogate pair', async () => {
    for (const name of ['a\u0000b', 'a\ud800b']) {
      const broken = withFirstTool(published('one', daysAgo(1)), { name });
      expect(await importComparisons(database.db, file(broken))).toMatchObject({
        ok: false,
        message: expect.stringContaining('comparisons[0].tools[0].name'),
      });
    }
  });

  it('returns unusual text exactly as it was written', async () => {
    const name = 'مقارنة 🦉 <script>alert(1)</script> {{{READER}}} \u202eevil\u202c \\x \'";--';
    const odd = pairOf(
      { name, tagline: name, description: `${name}\n\n${name}`, reviews: panel('ship skip') },
      { name: 'é vs e\u0301', entryPrice: '💶 9,99/Monat', communityVotes: { ship: 0, skip: 0 } },
      { publishedAt: daysAgo(1).toISOString() },
    );
    await importAll(database.db, [odd]);
    expect(await stored()).toEqual([odd]);
  });

  it('returns whatever was imported, and finds it unchanged', async () => {
    await fc.assert(
      fc.asyncProperty(comparisonsArbitrary(), async (comparisons) => {
        await database.db.execute(sql`truncate comparisons, reviews, tools cascade`);
        await importAll(database.db, comparisons);
        const bySlug = new Map((await stored()).map((value) => [(value as Comparison).slug, value]));
        for (const comparison of comparisons) {
          const parsed = parseComparison(comparison);
          expect({ ok: true, comparison: bySlug.get(comparison.slug) }).toEqual(parsed);
        }
        expect(await importAll(database.db, comparisons)).toMatchObject({ unchanged: comparisons.length });
      }),
      { numRuns: 25 },
    );
  });

  it('imports 1,200 comparisons with six reviewers per tool at once', async () => {
    const many = Array.from({ length: 1_200 }, (_, index) => {
      const pair = published(`pair-${index}`, daysAgo(1));
      return withFirstTool(pair, { reviews: panel('ship ship ship skip skip skip') });
    });
    expect(await importAll(database.db, many)).toEqual({ inserted: 1_200, updated: 0, unchanged: 0 });
    expect(await count('reviews')).toBe(1_200 * 9);
    expect(await importAll(database.db, many)).toMatchObject({ unchanged: 1_200 });
  });

  it('serializes several imports at once: each row is inserted by one of them', async () => {
    const all = Array.from({ length: 40 }, (_, index) => published(`pair-${index}`, daysAgo(1)));
    const turned = (by: number) => [...all.slice(by), ...all.slice(0, by)];
    const counts = await Promise.all([0, 13, 27, 39].map((by) => importAll(database.db, turned(by))));
    expect(counts.map((one) => one.inserted).toSorted((a, b) => a - b)).toEqual([0, 0, 0, 40]);
    expect(await count('comparisons')).toBe(40);
    expect(await count('reviews')).toBe(40 * 6);
  });

  it('leaves the database as it was when the last statement fails', async () => {
    const old = published('one', daysAgo(1));
    await importAll(database.db, [old]);
    const before = await contents();
    await database.db.execute(
      sql`alter table comparisons add constraint "full" check (slug <> 'two') not valid`,
    );
    const next = [withFirstTool(old, { name: 'New' }), published('two', daysAgo(1))];
    await expect(importAll(database.db, next)).rejects.toThrow();
    await database.db.execute(sql`alter table comparisons drop constraint "full"`);
    expect(await contents()).toEqual(before);
  });
});
