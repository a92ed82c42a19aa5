import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { connect } from '../../../../src/db/client.ts';
import { beginPruning } from '../../../../src/db/queries/sending/retention.ts';
import { prune } from '../../../../src/pipeline/retain/prune.ts';
import { recordMailEvents } from '../../../../src/pipeline/send/record-mail-events.ts';
import { Crash } from '../../../simulate/world/crash.ts';
import { addPastIssues, pastTotals, reportOf, rowsOfIssue } from '../../../support/database/past-issue.ts';
import { untilStatementWaits } from '../../../support/database/statement-waits.ts';
import { addReaders } from '../../../support/database/subscribers.ts';
import { reported } from '../../../support/mail/reported.ts';
import { sharedPipeline } from '../../../support/pipeline/shared-pipeline.ts';
import type { TestPipeline } from '../../../support/pipeline/test-pipeline.ts';

const shared = sharedPipeline();
let pipeline: TestPipeline;

beforeEach(async () => {
  pipeline = shared.empty();
  await addReaders(pipeline.db, 4);
});

/** What a mail program, or a provider, reports long after. */
async function reportAgain(issueId: number): Promise<void> {
  await recordMailEvents(pipeline, [
    ...(await reported(pipeline.db, issueId, [1, 2], { type: 'delivered' })),
    ...(await reported(pipeline.db, issueId, [1], { type: 'opened' })),
    ...(await reported(pipeline.db, issueId, [2], { type: 'clicked' })),
  ]);
}

describe('pruning', () => {
  it.each([
    ['before', false],
    ['after', true],
  ])('that is killed %s any statement goes on, and counts nobody twice or not at all', async (_, isAfter) => {
    const [id = 0] = await addPastIssues(pipeline, [400]);
    const crash = new Crash(Date.now);
    const mortal = connect(pipeline.database.url, { max: 1, onError: () => {} });
    mortal.pool.on('connect', (client) => crash.watch(client));
    onTestFinished(() => mortal.close());
    let deaths = 0;
    for (let statements = 1; ; statements += 1) {
      crash.arm(statements, isAfter);
      await prune({ ...pipeline, db: mortal.db }).catch(() => {});
      if (!crash.restart()) break;
      deaths += 1;
      await reportAgain(id);
      expect(await reportOf(pipeline, id)).toMatchObject({ ...pastTotals, balances: true });
    }
    expect(deaths).toBeGreaterThan(10);
    expect(await rowsOfIssue(pipeline.db, id)).toEqual({ ids: 0, deliveries: 0 });
    expect(await reportOf(pipeline, id)).toMatchObject({ pruned: { unfinished: false } });
  });

  it('by two processes at once deletes each row once', async () => {
    const ids = await addPastIssues(pipeline, [400, 100, 8]);
    const [one, two] = await Promise.all([prune(pipeline), prune(pipeline)]);
    const both = (kind: keyof typeof one) => one[kind] + two[kind];
    expect([both('events'), both('providerIds'), both('reports'), both('deliveries')]).toEqual([24, 3, 3, 4]);
    for (const id of ids)
      expect(await reportOf(pipeline, id)).toMatchObject({ ...pastTotals, balances: true });
  });

  it('waits for an event that is being recorded, and then deletes it as well', async () => {
    const [id = 0] = await addPastIssues(pipeline, [90]);
    let pruned: Promise<unknown> | undefined;
    const late = await reported(pipeline.db, id, [3], { type: 'opened' });
    await pipeline.db.transaction(async (tx) => {
      await recordMailEvents({ ...pipeline, db: tx }, late);
      pruned = prune(pipeline);
      await untilStatementWaits(pipeline.db);
    });
    await pruned;
    expect(await rowsOfIssue(pipeline.db, id)).toEqual({
      soft_bounced: 2,
      bounced: 1,
      ids: 0,
      deliveries: 4,
    });
    expect(await reportOf(pipeline, id)).toMatchObject({ ...pastTotals, opened: 2 });
  });

  it('keeps an event waiting while it begins, which is not recorded then', async () => {
    const [id = 0] = await addPastIssues(pipeline, [90]);
    let recorded: Promise<unknown> | undefined;
    await pipeline.db.transaction(async (tx) => {
      expect(await beginPruning(tx, id, 'events', pipeline.clock.now())).toBe(true);
      recorded = reportAgain(id);
      await untilStatementWaits(pipeline.db);
    });
    await recorded;
    expect(await rowsOfIssue(pipeline.db, id)).toMatchObject({ opened: 2, delivered: 2, clicked: 1 });
    await prune(pipeline);
    expect(await reportOf(pipeline, id)).toMatchObject(pastTotals);
  });

  it('leaves an issue alone that is being sent again', async () => {
    const [id = 0] = await addPastIssues(pipeline, [400]);
    let pruned: ReturnType<typeof prune> | undefined;
    await pipeline.db.transaction(async (tx) => {
      await tx.execute(sql`update issues set status = 'sending', finished_at = null`);
      pruned = prune(pipeline);
      await untilStatementWaits(pipeline.db);
    });
    expect(await pruned).toEqual({ events: 0, providerIds: 0, reports: 0, deliveries: 0 });
    expect(await rowsOfIssue(pipeline.db, id)).toMatchObject({ sent: 4, ids: 1, deliveries: 4 });
  });
});
