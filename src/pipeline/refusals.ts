import type { Queryable } from '../db/client.ts';
import { findDecider } from '../db/queries/issue/issue-log.ts';
import type { IssueRow } from '../db/queries/issue/issues.ts';
import { commandLine, type Refusal, refuse } from '../domain/refusal.ts';
import { eventsKeptDays } from '../domain/sending/retention.ts';

export const noIssue = (week: string): Refusal =>
  refuse(`There is no issue for ${week}. Compose it with: ${commandLine(`compose --week ${week}`)}`);

/** Refuses what needs to know what became of each mail, once that is no longer known; null while it is. */
export const refusedIfPruned = ({
  week,
  eventsPrunedAt,
}: Pick<IssueRow, 'week' | 'eventsPrunedAt'>): Refusal | null =>
  eventsPrunedAt === null
    ? null
    : refuse(
        `Issue ${week} is closed: what became of each of its mails was deleted on ${eventsPrunedAt.toISOString().slice(0, 10)}, ${eventsKeptDays} days after it was finished.`,
      );

/** Who holds an issue and why, and how it goes on. */
export async function heldMessage(
  db: Queryable,
  { id, week, heldKind, heldReason }: Pick<IssueRow, 'id' | 'week' | 'heldKind' | 'heldReason'>,
): Promise<string> {
  const resume = commandLine(`resume --week ${week}`);
  const reason = heldReason?.replace(/[^.!?…]$/, '$&.');
  if (heldKind !== 'editor') return `Issue ${week} is held: ${reason} When that is fixed: ${resume}`;
  const holder = (await findDecider(db, id, 'held')) ?? 'an editor';
  return `Issue ${week} is held by ${holder}: ${reason} Lift the hold with: ${resume}`;
}
