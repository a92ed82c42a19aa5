import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { readLog } from '../../../../../src/db/queries/issue/issue-log.ts';
import { moveIssue, stateOf } from '../../../../../src/db/queries/issue/move-issue.ts';
import { issueStatuses } from '../../../../../src/domain/issue/issue.ts';
import {
  holdKinds,
  type IssueState,
  type Move,
  type MoveName,
  moves,
  pauseKinds,
} from '../../../../../src/domain/issue/moves.ts';
import { storedIssue } from '../../../../support/pipeline/compose.ts';
import { sharedPipeline } from '../../../../support/pipeline/shared-pipeline.ts';
import { type TestPipeline, tuesday, week } from '../../../../support/pipeline/test-pipeline.ts';

const shared = sharedPipeline();

const states: readonly IssueState[] = issueStatuses.flatMap((status): IssueState[] => {
  if (status === 'held') return holdKinds.map((kind) => `held: ${kind}` as const);
  if (status === 'paused') return pauseKinds.map((kind) => `paused: ${kind}` as const);
  return [status];
});
const names = Object.keys(moves) as MoveName[];
const decision = { at: tuesday, who: 'Ada', reason: 'because' };

/** Puts the stored issue in a state, whatever it was. */
async function put({ db }: TestPipeline, state: IssueState, frozen: boolean): Promise<void> {
  const [status, kind = null] = state.split(': ');
  await db.execute(sql`
    update issues set status = ${status}, approved_sha256 = sha256, resume_at = null, missed_from = null,
      held_kind = ${status === 'held' ? kind : null}, held_reason = ${status === 'held' ? 'it was held' : null},
      paused_kind = ${status === 'paused' ? kind : null}, frozen_at = ${frozen ? tuesday : null},
      audience = ${frozen ? 1 : null}`);
}

const allowed = (name: MoveName, from: IssueState, frozen: boolean) => {
  const move: Move = moves[name];
  return move.from.includes(from) && (move.when === undefined || (move.when === 'frozen') === frozen);
};

describe.each(states)('an issue that is %s', (state) => {
  it('makes the moves of the table, each with one row of the log, and no others', async () => {
    const pipeline = await shared.approved(1);
    const { id } = await storedIssue(pipeline.db);
    await pipeline.db.execute(sql`delete from issue_log`);
    for (const frozen of [false, true]) {
      for (const name of names) {
        for (const to of [moves[name].to].flat() as IssueState[]) {
          await put(pipeline, state, frozen);
          const before = await storedIssue(pipeline.db);
          const moved = await pipeline.db.transaction((tx) => moveIssue(tx, id, name, decision, {}, to));
          const after = await storedIssue(pipeline.db);
          const log = await readLog(pipeline.db, week);
          const what = `${name}: ${state} -> ${to}, ${frozen ? 'frozen' : 'not frozen'}`;
          if (allowed(name, state, frozen)) {
            expect([moved, stateOf(after)], what).toEqual([week, to]);
            expect(log, what).toMatchObject([{ ...decision, week, issueId: id, what: moves[name].logged }]);
          } else {
            expect([moved, after, log], what).toEqual([null, before, []]);
          }
          await pipeline.db.execute(sql`delete from issue_log`);
        }
      }
    }
  });
});

describe('a move', () => {
  it('to a state that it does not lead to is a fault of the program', async () => {
    const { db } = await shared.approved(1);
    const { id } = await storedIssue(db);
    await expect(db.transaction((tx) => moveIssue(tx, id, 'freeze', decision, {}, 'sent'))).rejects.toThrow(
      'does not lead to "sent"',
    );
    await expect(db.transaction((tx) => moveIssue(tx, id, 'undo miss', decision))).rejects.toThrow(
      'name one',
    );
  });

  it('that is rolled back leaves no row of the log', async () => {
    const { db } = await shared.approved(1);
    const before = [await storedIssue(db), await readLog(db, week)];
    const { id } = await storedIssue(db);
    const rolledBack = db.transaction(async (tx) => {
      expect(await moveIssue(tx, id, 'hold', decision)).toBe(week);
      throw new Error('the process fails here');
    });
    await expect(rolledBack).rejects.toThrow('fails here');
    expect([await storedIssue(db), await readLog(db, week)]).toEqual(before);
  });

  it('to a hold needs a reason', async () => {
    const { db } = await shared.approved(1);
    const { id } = await storedIssue(db);
    const withoutReason = { at: tuesday, who: 'Ada' };
    await expect(db.transaction((tx) => moveIssue(tx, id, 'hold', withoutReason))).rejects.toThrow();
    expect((await storedIssue(db)).status).toBe('approved');
  });
});
