import { and, desc, inArray, isNotNull } from 'drizzle-orm';
import type { Queryable } from '../client.ts';
import { issues } from '../schema/index.ts';

/** The newest issue that readers may see: frozen and not given up. Null before the first one. */
export async function readLatestIssue(
  db: Queryable,
): Promise<{ readonly week: string; readonly subject: string } | null> {
  const [row] = await db
    .select({ week: issues.week, subject: issues.subject })
    .from(issues)
    .where(and(isNotNull(issues.frozenAt), inArray(issues.status, ['sending', 'paused', 'held', 'sent'])))
    .orderBy(desc(issues.week))
    .limit(1);
  return row ?? null;
}
