import type { Queryable, Tx } from '../../db/client.ts';
import { readTaken } from '../../db/queries/issue/comparisons.ts';
import type { IssueRow } from '../../db/queries/issue/issues.ts';
import { moveIssue } from '../../db/queries/issue/move-issue.ts';
import { changeOf, lostNames, type SourceChange, toolNames } from '../../domain/comparison/changes.ts';
import { parseComparison } from '../../domain/comparison/schema.ts';

/**
 * What changed at the site since an issue took its comparisons; empty when nothing did, and for an issue that is
 * frozen or given up. A row that can no longer be read counts as gone. Reads only, one query.
 */
export async function siteChanges(
  db: Queryable,
  issue: Pick<IssueRow, 'id' | 'content' | 'frozenAt' | 'status'>,
  now: Date,
): Promise<readonly SourceChange[]> {
  if (issue.frozenAt !== null || !['draft', 'approved', 'held'].includes(issue.status)) return [];
  const stored = await readTaken(db, issue.id);
  return issue.content.comparisons.flatMap((taken, position) => {
    const parsed = parseComparison(stored.get(position));
    const change = changeOf(taken, parsed.ok ? parsed.comparison : null, now);
    return change === null ? [] : [change];
  });
}

/** "larkspur-vs-plumbline: entry price of Larkspur: $24/mo, now $29/mo". */
export const describeChange = ({ slug, what }: SourceChange) => `${slug}: ${what.join('; ')}`;

/**
 * Holds an unfrozen issue in which an editor's own words name a tool that it no longer has; `had` are the names of its
 * tools when they were written. An issue that is held already stays as it is.
 *
 * @returns the reason, or null when the words name no such tool
 */
export async function holdForLostTools(
  tx: Tx,
  { id, edits, content }: IssueRow,
  had: readonly string[],
  at: Date,
): Promise<string | null> {
  const { subject = '', preheader = '', intro = '' } = edits;
  const lost = lostNames(had, toolNames(content.comparisons), `${subject}\n${preheader}\n${intro}`);
  if (lost.length === 0) return null;
  const reason = `The editors' own subject, preheader or intro names ${lost.join(' and ')}, no longer in the issue.`;
  await moveIssue(tx, id, 'hold before sending', { at, who: 'schedule', reason }, { heldReason: reason });
  return reason;
}
