import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { readLog } from '../../../../src/db/queries/issue/issue-log.ts';
import { moveIssue, stateOf } from '../../../../src/db/queries/issue/move-issue.ts';
import { approveIssue } from '../../../../src/pipeline/compose/approve-issue.ts';
import { composeIssue } from '../../../../src/pipeline/compose/compose-issue.ts';
import { maintainIssues } from '../../../../src/pipeline/recover/maintain-issues.ts';
import { resolveBatch } from '../../../../src/pipeline/recover/resolve-batch.ts';
import { deliverIssue } from '../../../../src/pipeline/send/deliver-issue.ts';
import {
  cancelIssue,
  holdIssue,
  pauseIssue,
  resumeIssue,
} from '../../../../src/pipeline/send/hold-pause-resume-cancel.ts';
import { accepted, type ScriptedMailer, scriptedMailer } from '../../../support/mail/scripted-mailer.ts';
import { balancedReport } from '../../../support/pipeline/claim-batch.ts';
import { storedIssue } from '../../../support/pipeline/compose.ts';
import { sharedPipeline } from '../../../support/pipeline/shared-pipeline.ts';
import { at, must, type TestPipeline, tuesday, week } from '../../../support/pipeline/test-pipeline.ts';

const shared = sharedPipeline();
const ada = { by: 'Ada' };
const later = new Date(tuesday.getTime() + 3 * 3_600_000);

const stateIn = async ({ db }: TestPipeline) => stateOf(await storedIssue(db));
const logged = async ({ db }: TestPipeline) => (await readLog(db, week)).map(({ what }) => what).reverse();
const resolve = (pipeline: TestPipeline, no: number, as: 'submitted' | 'not-sent' = 'submitted') =>
  resolveBatch(pipeline, week, no, { as, by: 'Ada', reason: 'looked it up' });

/** An issue of three batches, of which the first two wait for their outcome. */
async function heldForOutcomes(): Promise<{ pipeline: TestPipeline; mailer: ScriptedMailer }> {
  const mailer = scriptedMailer((post) =>
    mailer.posted.length <= 2 ? { kind: 'unknown', reason: 'another body was posted' } : accepted(post),
  );
  const pipeline = await shared.frozen(250, mailer);
  must(await deliverIssue(pipeline, week));
  expect(await stateIn(pipeline)).toBe('held: outcomes');
  return { pipeline, mailer };
}

/** An issue that the provider's quota paused for an hour. */
async function pausedByQuota(): Promise<{ pipeline: TestPipeline; mailer: ScriptedMailer }> {
  const mailer = scriptedMailer(() =>
    mailer.posted.length === 1
      ? { kind: 'pause-issue', reason: 'the daily quota is used up', afterMs: 3_600_000 }
      : undefined,
  );
  const pipeline = await shared.frozen(150, mailer);
  must(await deliverIssue(pipeline, week));
  expect(await stateIn(pipeline)).toBe('paused: quota');
  return { pipeline, mailer };
}

describe('an editor’s hold', () => {
  it('is not lifted by resolve, and nothing is sent', async () => {
    const { pipeline, mailer } = await heldForOutcomes();
    must(await holdIssue(pipeline, week, { ...ada, reason: 'wrong price' }));
    must(await resolve(pipeline, 1, 'not-sent'));
    must(await resolve(pipeline, 2));
    const posted = mailer.posted.length;
    await maintainIssues(pipeline);
    must(await deliverIssue(pipeline, week));
    expect(await stateIn(pipeline)).toBe('held: editor');
    expect(mailer.posted).toHaveLength(posted);

    must(await resumeIssue(pipeline, week, ada));
    must(await deliverIssue(pipeline, week));
    expect(await balancedReport(pipeline)).toMatchObject({ status: 'sent', submitted: 250 });
  });

  it('on top of a hold for outcomes stays when mail events tell the outcomes', async () => {
    const { pipeline } = await heldForOutcomes();
    must(await holdIssue(pipeline, week, { ...ada, reason: 'wrong price' }));
    const { id } = await storedIssue(pipeline.db);
    await pipeline.db.execute(sql`
      insert into mail_events (event_id, type, issue_id, batch_no, subscriber_id, at)
      select 'e' || subscriber_id, 'delivered', ${id}, batch_no, subscriber_id, now() from deliveries`);
    await maintainIssues(pipeline);
    const { unknown, heldReason } = await balancedReport(pipeline);
    expect([unknown, heldReason]).toEqual([0, 'wrong price']);
    expect(await stateIn(pipeline)).toBe('held: editor');
  });

  it('on top of a quota’s pause stays when the quota is renewed', async () => {
    const { pipeline } = await pausedByQuota();
    must(await holdIssue(pipeline, week, { ...ada, reason: 'wrong price' }));
    await maintainIssues(at(pipeline, later));
    expect(await stateIn(pipeline)).toBe('held: editor');
  });

  it('is not overruled by a hold of the pipeline’s', async () => {
    const { db } = await shared.frozen(1);
    const { id } = await storedIssue(db);
    const pipeline = shared.empty();
    must(await holdIssue(pipeline, week, { ...ada, reason: 'wrong price' }));
    const decision = { at: tuesday, who: 'pipeline', reason: 'no key' };
    for (const move of ['hold sending', 'hold for outcomes', 'pause for quota', 'finish'] as const) {
      expect(await db.transaction((tx) => moveIssue(tx, id, move, decision))).toBeNull();
    }
    expect(await storedIssue(db)).toMatchObject({ heldKind: 'editor', heldReason: 'wrong price' });
  });
});

describe('a hold for outcomes', () => {
  it('ends when the last batch is resolved, and not before', async () => {
    const { pipeline } = await heldForOutcomes();
    must(await resolve(pipeline, 1));
    expect(await stateIn(pipeline)).toBe('held: outcomes');
    must(await resolve(pipeline, 2, 'not-sent'));
    expect(await stateIn(pipeline)).toBe('sending');
    must(await deliverIssue(pipeline, week));
    expect(await balancedReport(pipeline)).toMatchObject({ status: 'sent', submitted: 250 });
    expect(await logged(pipeline)).toEqual([
      'composed',
      'approved',
      'frozen',
      'held',
      'resolved',
      'resolved',
      'resumed',
      'sent',
    ]);
  });

  it('can be resumed by a person, and holds again while an outcome is unknown', async () => {
    const { pipeline } = await heldForOutcomes();
    must(await resumeIssue(pipeline, week, ada));
    must(await deliverIssue(pipeline, week));
    expect(await stateIn(pipeline)).toBe('held: outcomes');
  });
});

describe('a pause', () => {
  it('by a person takes over a quota’s pause, and does not end when the quota is renewed', async () => {
    const { pipeline, mailer } = await pausedByQuota();
    const posted = mailer.posted.length;
    must(await pauseIssue(pipeline, week, ada));
    expect(await storedIssue(pipeline.db)).toMatchObject({ pausedKind: 'editor', resumeAt: null });
    await maintainIssues(at(pipeline, later));
    must(await deliverIssue(pipeline, week));
    expect(await stateIn(pipeline)).toBe('paused: editor');
    expect(mailer.posted).toHaveLength(posted);

    must(await resumeIssue(pipeline, week, ada));
    await pipeline.db.execute(sql`update batches set not_before = null`);
    must(await deliverIssue(pipeline, week));
    expect(await balancedReport(pipeline)).toMatchObject({ status: 'sent', submitted: 150 });
  });

  it('by a quota ends by itself at its time, and not before', async () => {
    const { pipeline } = await pausedByQuota();
    await maintainIssues(at(pipeline, new Date(tuesday.getTime() + 3_599_000)));
    expect(await stateIn(pipeline)).toBe('paused: quota');
    await maintainIssues(at(pipeline, later));
    expect(await stateIn(pipeline)).toBe('sending');
    expect((await readLog(pipeline.db, week))[0]).toMatchObject({
      what: 'resumed',
      who: 'pipeline',
      at: later,
    });
  });
});

describe('a decision made twice', () => {
  it.each([
    ['hold', (p: TestPipeline) => holdIssue(p, week, { ...ada, reason: 'wrong price' })],
    ['pause', (p: TestPipeline) => pauseIssue(p, week, ada)],
    ['cancel', (p: TestPipeline) => cancelIssue(p, week, ada)],
  ])('is done both times, and logged once: %s', async (_, decide) => {
    const pipeline = await shared.frozen(2);
    const first = must(await decide(pipeline));
    const before = [await storedIssue(pipeline.db), await logged(pipeline)];
    expect(must(await decide(pipeline))).toEqual(first);
    expect([await storedIssue(pipeline.db), await logged(pipeline)]).toEqual(before);
  });

  it('is done both times, and logged once: resume', async () => {
    const pipeline = await shared.frozen(2);
    must(await pauseIssue(pipeline, week, ada));
    must(await resumeIssue(pipeline, week, ada));
    const log = await logged(pipeline);
    expect(must(await resumeIssue(pipeline, week, ada)).status).toBe('sending');
    expect(await logged(pipeline)).toEqual(log);
  });

  it('is done both times, and logged once: approve', async () => {
    const pipeline = await shared.approved(2);
    const log = await logged(pipeline);
    expect(must(await approveIssue(pipeline, week, { by: 'Bob' })).already).toBe(true);
    expect(await logged(pipeline)).toEqual(log);
  });

  it('is refused where the first one settled the batch: resolve', async () => {
    const { pipeline } = await heldForOutcomes();
    must(await resolve(pipeline, 1));
    const log = await logged(pipeline);
    expect(await resolve(pipeline, 1)).toMatchObject({ ok: false });
    expect(await logged(pipeline)).toEqual(log);
  });
});

describe('a missed issue', () => {
  async function missed(): Promise<TestPipeline> {
    const pipeline = await shared.approved(2);
    const { id } = await storedIssue(pipeline.db);
    await pipeline.db.transaction((tx) => moveIssue(tx, id, 'miss', { at: tuesday, who: 'schedule' }));
    return pipeline;
  }

  it('can be cancelled', async () => {
    const pipeline = await missed();
    expect(must(await cancelIssue(pipeline, week, ada)).status).toBe('cancelled');
    expect(await logged(pipeline)).toEqual(['composed', 'approved', 'missed', 'cancelled']);
  });

  it.each([
    ['approve', (p: TestPipeline) => approveIssue(p, week, ada)],
    ['hold', (p: TestPipeline) => holdIssue(p, week, { ...ada, reason: 'x' })],
    ['pause', (p: TestPipeline) => pauseIssue(p, week, ada)],
    ['resume', (p: TestPipeline) => resumeIssue(p, week, ada)],
  ])('stays missed when somebody tries to %s it', async (_, decide) => {
    const pipeline = await missed();
    expect(await decide(pipeline)).toMatchObject({ ok: false });
    expect(await stateIn(pipeline)).toBe('missed');
    must(await composeIssue(pipeline, week, ada));
    expect(await stateIn(pipeline)).toBe('draft');
  });
});
