import { and, eq, isNotNull, isNull, or, type SQL, sql } from 'drizzle-orm';
import type { IssueStatus } from '../../../domain/issue/issue.ts';
import {
  type HoldKind,
  type IssueState,
  type Move,
  type MoveName,
  moves,
  type PauseKind,
} from '../../../domain/issue/moves.ts';
import type { Tx } from '../../client.ts';
import { issues } from '../../schema/index.ts';
import { type Decision, logDecision } from './issue-log.ts';
import type { IssueRow, IssueValues } from './issues.ts';

/**
 * Makes a move of the state table (`moves`) and logs it, in the caller's transaction. A hold needs the decision's
 * reason.
 *
 * @param values what else changes with it
 * @param to which state, for a move that leads to several
 * @returns the issue's week, or null when the issue is in no state that the move starts from: then nothing is written
 */
export async function moveIssue(
  tx: Tx,
  id: number,
  name: MoveName,
  decision: Decision,
  values: Partial<IssueValues> = {},
  to: IssueState = onlyTarget(name),
): Promise<string | null> {
  const move: Move = moves[name];
  if (![move.to].flat().includes(to)) throw new TypeError(`the move "${name}" does not lead to "${to}"`);
  const { status, kind } = partsOf(to);
  const [moved] = await tx
    .update(issues)
    .set({
      heldReason: status === 'held' ? (decision.reason ?? null) : null,
      resumeAt: null,
      missedFrom: null,
      ...(status === 'sending' ? { sendingSince: sql`clock_timestamp()` } : {}),
      ...values,
      status,
      heldKind: status === 'held' ? (kind as HoldKind) : null,
      pausedKind: status === 'paused' ? (kind as PauseKind) : null,
    })
    .where(and(eq(issues.id, id), or(...move.from.map(isIn)), whenOf(move)))
    .returning({ week: issues.week });
  if (moved === undefined) return null;
  await logDecision(tx, { ...decision, week: moved.week, issueId: id, what: move.logged });
  return moved.week;
}

/** The state of a stored issue, as the state table names it. */
export function stateOf(issue: Pick<IssueRow, 'status' | 'heldKind' | 'pausedKind'>): IssueState {
  if (issue.status === 'held') return `held: ${issue.heldKind ?? 'editor'}`;
  if (issue.status === 'paused') return `paused: ${issue.pausedKind ?? 'editor'}`;
  return issue.status;
}

function onlyTarget(name: MoveName): IssueState {
  const { to }: Move = moves[name];
  if (typeof to === 'string') return to;
  throw new TypeError(`the move "${name}" leads to several states: name one`);
}

function partsOf(state: IssueState): { status: IssueStatus; kind: HoldKind | PauseKind | undefined } {
  const [status, kind] = state.split(': ') as [IssueStatus, (HoldKind | PauseKind)?];
  return { status, kind };
}

function isIn(state: IssueState): SQL | undefined {
  const { status, kind } = partsOf(state);
  return and(
    eq(issues.status, status),
    status === 'held' ? eq(issues.heldKind, kind as HoldKind) : undefined,
    status === 'paused' ? eq(issues.pausedKind, kind as PauseKind) : undefined,
  );
}

function whenOf({ when }: Move): SQL | undefined {
  if (when === undefined) return undefined;
  return when === 'frozen' ? isNotNull(issues.frozenAt) : isNull(issues.frozenAt);
}
