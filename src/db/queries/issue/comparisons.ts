import { isDeepStrictEqual } from 'node:util';
import { inArray, type SQL, sql } from 'drizzle-orm';
import type { Comparison, Tool } from '../../../domain/comparison/comparison.ts';
import type { Queryable, Tx } from '../../client.ts';
import { comparisons, reviews, tools } from '../../schema/index.ts';
import { isoInstant } from '../../sql.ts';

/** A comparison as stored. Not trusted, since the site may write the tables itself. */
export interface StoredComparison {
  readonly id: number;
  readonly slug: string;
  /** In the import format; parse before use. */
  readonly value: unknown;
}

/** Published in (after, until] and in no issue other than `exceptIssue`, newest first. */
export async function readCandidates(
  db: Queryable,
  range: { readonly after: Date; readonly until: Date; readonly exceptIssue: number | null },
): Promise<StoredComparison[]> {
  return readStored(
    db,
    sql`c.published_at > ${range.after} and c.published_at <= ${range.until}
      and not exists (
        select from issue_comparisons i
        where i.comparison_id = c.id and i.active and i.issue_id is distinct from ${range.exceptIssue}::bigint)`,
  );
}

/**
 * What an issue has taken, as the tables hold it now, by its position in the issue. Found by id, so that a slug may
 * have changed. In the import format; parse before use.
 */
export async function readTaken(db: Queryable, issueId: number): Promise<ReadonlyMap<number, unknown>> {
  const { rows } = await db.execute<{ position: number; value: unknown }>(sql`
    select taken.position, ${comparisonJson} as value
    from issue_comparisons taken
    join comparisons c on c.id = taken.comparison_id
    ${withTools}
    where taken.issue_id = ${issueId}`);
  return new Map(rows.map(({ position, value }) => [position, value]));
}

/**
 * For each of these slugs whose two tools another issue has compared, in either order, the latest week of such an
 * issue: one that was sent, or an earlier one that still may be; not before `since`. The comparison itself does not
 * count.
 */
export async function readPairTakenBy(
  db: Queryable,
  slugs: readonly string[],
  issue: { readonly id: number; readonly week: string },
  since: string,
): Promise<ReadonlyMap<string, string>> {
  const { rows } = await db.execute<{ slug: string; week: string }>(sql`
    select c.slug, max(i.week) as week
    from comparisons c
    join comparisons other on other.id <> c.id
      and least(other.first_tool_id, other.second_tool_id) = least(c.first_tool_id, c.second_tool_id)
      and greatest(other.first_tool_id, other.second_tool_id) = greatest(c.first_tool_id, c.second_tool_id)
    join issue_comparisons ic on ic.comparison_id = other.id and ic.active
    join issues i on i.id = ic.issue_id
    where c.slug = any(${sql.param(slugs)}) and i.id <> ${issue.id} and i.week >= ${since}
      and (i.frozen_at is not null or i.week < ${issue.week})
    group by c.slug`);
  return new Map(rows.map((row) => [row.slug, row.week]));
}

/** For each of these slugs that another issue has taken, the week of that issue. */
export async function readTakenBy(
  db: Queryable,
  slugs: readonly string[],
  exceptIssue: number,
): Promise<ReadonlyMap<string, string>> {
  const { rows } = await db.execute<{ slug: string; week: string }>(sql`
    select c.slug, i.week
    from comparisons c
    join issue_comparisons ic on ic.comparison_id = c.id and ic.active
    join issues i on i.id = ic.issue_id
    where c.slug = any(${sql.param(slugs)}) and i.id <> ${exceptIssue}`);
  return new Map(rows.map((row) => [row.slug, row.week]));
}

export interface ImportCounts {
  inserted: number;
  updated: number;
  unchanged: number;
}

/**
 * Inserts or updates comparisons and their tools by slug. A comparison counts as updated if it or one of its tools
 * changed. Running it again changes nothing.
 */
export async function upsertComparisons(tx: Tx, incoming: readonly Comparison[]): Promise<ImportCounts> {
  // Two imports at once would otherwise compare with the same old state, and deadlock on each other's rows.
  await tx.execute(sql`select pg_advisory_xact_lock(hashtext('import'))`);
  const slugs = incoming.map((comparison) => comparison.slug);
  const stored = await readStored(tx, sql`c.slug = any(${sql.param(slugs)})`);
  const before = new Map(stored.map((row) => [row.slug, row.value]));
  const changed = incoming.filter(
    (comparison) => !isDeepStrictEqual(before.get(comparison.slug), comparison),
  );

  const toolIds = await upsertTools(
    tx,
    changed.flatMap((comparison) => comparison.tools),
  );
  const idOf = (tool: Tool) => toolIds.get(tool.slug) as number;
  await inChunks(changed, 1000, async (chunk) => {
    await tx
      .insert(comparisons)
      .values(
        chunk.map((comparison) => ({
          slug: comparison.slug,
          url: comparison.url,
          publishedAt: new Date(comparison.publishedAt),
          pricesCheckedAt: comparison.pricesCheckedAt === null ? null : new Date(comparison.pricesCheckedAt),
          firstToolId: idOf(comparison.tools[0]),
          secondToolId: idOf(comparison.tools[1]),
        })),
      )
      .onConflictDoUpdate({
        target: comparisons.slug,
        set: incomingValues({
          url: 'url',
          publishedAt: 'published_at',
          pricesCheckedAt: 'prices_checked_at',
          firstToolId: 'first_tool_id',
          secondToolId: 'second_tool_id',
        }),
      });
  });

  const updated = changed.filter((comparison) => before.has(comparison.slug)).length;
  return { inserted: changed.length - updated, updated, unchanged: incoming.length - changed.length };
}

async function upsertTools(tx: Tx, all: readonly Tool[]): Promise<ReadonlyMap<string, number>> {
  const bySlug = [...new Map(all.map((tool) => [tool.slug, tool])).values()];
  const ids = new Map<string, number>();
  await inChunks(bySlug, 1000, async (chunk) => {
    const rows = await tx
      .insert(tools)
      .values(
        chunk.map((tool) => ({
          slug: tool.slug,
          name: tool.name,
          category: tool.category,
          tagline: tool.tagline,
          description: tool.description,
          entryPrice: tool.entryPrice,
          url: tool.url,
          communityShip: tool.communityVotes?.ship ?? null,
          communitySkip: tool.communityVotes?.skip ?? null,
        })),
      )
      .onConflictDoUpdate({
        target: tools.slug,
        set: incomingValues({
          name: 'name',
          category: 'category',
          tagline: 'tagline',
          description: 'description',
          entryPrice: 'entry_price',
          url: 'url',
          communityShip: 'community_ship',
          communitySkip: 'community_skip',
        }),
      })
      .returning({ id: tools.id, slug: tools.slug });
    for (const row of rows) ids.set(row.slug, row.id);
    await tx.delete(reviews).where(
      inArray(
        reviews.toolId,
        rows.map((row) => row.id),
      ),
    );
  });
  const allReviews = bySlug.flatMap((tool) =>
    tool.reviews.map((review, position) => ({ toolId: ids.get(tool.slug) as number, position, ...review })),
  );
  await inChunks(allReviews, 1000, (chunk) => tx.insert(reviews).values(chunk));
  return ids;
}

/** Calls `work` with `size` items at a time, in order: a statement takes at most 65,535 parameters. */
async function inChunks<T>(
  items: readonly T[],
  size: number,
  work: (chunk: T[]) => Promise<unknown>,
): Promise<void> {
  for (let start = 0; start < items.length; start += size) {
    await work(items.slice(start, start + size));
  }
}

/** The assignments of an upsert: each column to its incoming value (`excluded`), and the time. */
function incomingValues(columns: Readonly<Record<string, string>>): Record<string, SQL> {
  const values = Object.entries(columns).map(([key, column]) => [key, sql.raw(`excluded.${column}`)]);
  return { ...Object.fromEntries(values), updatedAt: sql`now()` };
}

async function readStored(db: Queryable, where: SQL): Promise<StoredComparison[]> {
  const { rows } = await db.execute<{ id: string; slug: string; value: unknown }>(sql`
    select c.id, c.slug, ${comparisonJson} as value
    from comparisons c
    ${withTools}
    where ${where}
    order by c.published_at desc, c.slug`);
  return rows.map((row) => ({ id: Number(row.id), slug: row.slug, value: row.value }));
}

const toolJson = (tool: SQL) => sql`jsonb_build_object(
  'slug', ${tool}.slug, 'name', ${tool}.name, 'category', ${tool}.category, 'tagline', ${tool}.tagline,
  'description', ${tool}.description, 'entryPrice', ${tool}.entry_price, 'url', ${tool}.url,
  'communityVotes', case when ${tool}.community_ship is not null
    then jsonb_build_object('ship', ${tool}.community_ship, 'skip', ${tool}.community_skip) end,
  'reviews', coalesce((
    select jsonb_agg(jsonb_build_object('reviewer', r.reviewer, 'verdict', r.verdict, 'quote', r.quote) order by r.position, r.reviewer)
    from reviews r where r.tool_id = ${tool}.id), '[]'::jsonb))`;

const comparisonJson = sql`jsonb_build_object(
  'slug', c.slug, 'url', c.url, 'publishedAt', ${isoInstant(sql`c.published_at`)},
  'pricesCheckedAt', ${isoInstant(sql`c.prices_checked_at`)},
  'tools', jsonb_build_array(${toolJson(sql`first_tool`)}, ${toolJson(sql`second_tool`)}))`;

const withTools = sql`
  join tools first_tool on first_tool.id = c.first_tool_id
  join tools second_tool on second_tool.id = c.second_tool_id`;
