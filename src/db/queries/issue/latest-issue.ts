import { and, desc, inArray, isNotNull } from 'drizzle-orm';
import type { Queryable } from '../../client.ts';
import { issues } from '../../schema/index.ts';

/** Readers may see an issue once it is frozen, unless it was given up. */
export const isPublic = and(
  isNotNull(issues.frozenAt),
  inArray(issues.status, ['sending', 'paused', 'held', 'sent']),
);

/** The newest issue that readers may see. Null before the first one. */
export async function readLatestIssue(
  db: Queryable,
): Promise<{ readonly week: string; readonly subject: string } | null> {
  const [row] = await db
    .select({ week: issues.week, subject: issues.subject })
    .from(issues)
    .where(isPublic)
    .orderBy(desc(issues.week))
    .limit(1);
  return row ?? null;
}
