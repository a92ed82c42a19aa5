import type { Queryable } from '../../db/client.ts';
import { readTaken } from '../../db/queries/issue/comparisons.ts';
import type { IssueRow } from '../../db/queries/issue/issues.ts';
import { changeOf, type SourceChange } from '../../domain/comparison/changes.ts';
import { parseComparison } from '../../domain/comparison/schema.ts';

/**
 * What changed at the site since an issue took its comparisons; empty when nothing did. A row that can no longer be
 * read counts as gone. Reads only.
 */
export async function siteChanges(
  db: Queryable,
  issue: Pick<IssueRow, 'id' | 'content'>,
  now: Date,
): Promise<readonly SourceChange[]> {
  const stored = await readTaken(db, issue.id);
  return issue.content.comparisons.flatMap((taken, at) => {
    const parsed = stored[at] === undefined ? null : parseComparison(stored[at].value);
    const change = changeOf(taken, parsed?.ok === true ? parsed.comparison : null, now);
    return change === null ? [] : [change];
  });
}

/** "larkspur-vs-plumbline: entry price of Larkspur: $24/mo, now $29/mo". */
export const describeChange = ({ slug, what }: SourceChange) => `${slug}: ${what.join('; ')}`;
