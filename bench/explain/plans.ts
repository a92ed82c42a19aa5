import { type Query, type SQL, sql } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';
import type { Db, Tx } from '../../src/db/client.ts';

/** What a statement did. */
export interface Plan {
  readonly plan: string;
  /**
   * Rows that it took from tables, filtered out or not, or pages where they are more: an index that is searched by
   * half of its key shows in pages only. Without the tables that grow by a few rows a week.
   */
  readonly reads: number;
}

/** A node of a plan in JSON. */
interface Node {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly 'Rows Removed by Index Recheck'?: number;
  readonly 'Shared Hit Blocks': number;
  readonly 'Shared Read Blocks': number;
  readonly Plans?: readonly Node[];
}

const weekly = new Set(['issues', 'slots', 'mail_event_totals', 'issue_log']);

function allNodes(node: Node): readonly Node[] {
  return [node, ...(node.Plans ?? []).flatMap(allNodes)];
}

function readsOf(root: Node): number {
  const scans = allNodes(root).filter(
    (node) => node['Node Type'].endsWith('Scan') && 'Relation Name' in node,
  );
  const counted = scans.filter((node) => !weekly.has(node['Relation Name'] ?? ''));
  const rows = counted.map(
    (node) =>
      (node['Actual Rows'] +
        (node['Rows Removed by Filter'] ?? 0) +
        (node['Rows Removed by Index Recheck'] ?? 0)) *
      node['Actual Loops'],
  );
  const pages = counted.map((node) => node['Shared Hit Blocks'] + node['Shared Read Blocks']);
  return Math.round(Math.max(sum(rows), sum(pages)));
}

const sum = (figures: readonly number[]) => figures.reduce((a, b) => a + b, 0);

const dialect = new PgDialect();

const hasNoPlan = /^\s*set\s/i;

class Rollback extends Error {}

/**
 * Runs a step, explains the statements that it sends to `observed`, as they are run, and rolls everything back.
 * Returns what the step returned as well.
 */
export async function explained<T>(
  db: Db,
  step: (tx: Tx, observed: Tx) => Promise<T>,
): Promise<{ readonly plans: readonly Plan[]; readonly result: T }> {
  const plans: Plan[] = [];
  let result: T | undefined;
  await db
    .transaction(async (tx) => {
      const { session } = tx._;
      const run = (query: Query) => session.prepareQuery(query, undefined, undefined, false).execute();
      const explain = async (query: Query, options: string) => {
        await tx.execute(sql`savepoint before_explain`);
        const { rows } = (await run({
          ...query,
          sql: `explain (analyze, timing off, summary off, ${options}) ${query.sql}`,
        })) as { rows: readonly { readonly 'QUERY PLAN': unknown }[] };
        await tx.execute(sql`rollback to savepoint before_explain`);
        return rows.map((row) => row['QUERY PLAN']);
      };
      const prepareQuery = (query: Query) => ({
        execute: async () => {
          if (hasNoPlan.test(query.sql)) return run(query);
          const [json] = (await explain(query, 'buffers, format json')) as [
            readonly [{ readonly Plan: Node }],
          ];
          const text = await explain(query, 'costs off, buffers off');
          plans.push({ plan: text.join('\n'), reads: readsOf(json[0].Plan) });
          return run(query);
        },
      });
      const observed = Object.create(tx, {
        execute: { value: (statement: SQL) => prepareQuery(dialect.sqlToQuery(statement)).execute() },
        _: { value: { ...tx._, session: { prepareQuery } } },
      }) as Tx;
      result = await step(tx, observed);
      throw new Rollback();
    })
    .catch((error: unknown) => {
      if (!(error instanceof Rollback)) throw error;
    });
  return { plans, result: result as T };
}
