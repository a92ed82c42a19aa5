import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { readLog } from '../../../../src/db/queries/issue/issue-log.ts';
import { findIssue } from '../../../../src/db/queries/issue/issues.ts';
import { findOpenSlot } from '../../../../src/db/queries/issue/slots.ts';
import { approveIssue } from '../../../../src/pipeline/compose/approve-issue.ts';
import { checkIssue } from '../../../../src/pipeline/compose/check-issue.ts';
import { composeIssue } from '../../../../src/pipeline/compose/compose-issue.ts';
import { editIssue } from '../../../../src/pipeline/compose/edit-issue.ts';
import { importComparisons } from '../../../../src/pipeline/compose/import-comparisons.ts';
import type { Settings } from '../../../../src/pipeline/context.ts';
import { issueStatus } from '../../../../src/pipeline/report/issue-status.ts';
import { refreshDrafts } from '../../../../src/pipeline/schedule/refresh-drafts.ts';
import { tick } from '../../../../src/pipeline/schedule/tick.ts';
import { holdIssue, resumeIssue } from '../../../../src/pipeline/send/hold-pause-resume-cancel.ts';
import { addReaders } from '../../../support/database/subscribers.ts';
import { readOutbox } from '../../../support/mail/read-outbox.ts';
import { importAll, published, slugsOf, storedIssue } from '../../../support/pipeline/compose.ts';
import { tickAndRunJobs } from '../../../support/pipeline/run-jobs.ts';
import { sharedPipeline } from '../../../support/pipeline/shared-pipeline.ts';
import { at, must, type TestPipeline, week } from '../../../support/pipeline/test-pipeline.ts';

/** Slot: Tuesday 2026-11-24T09:00Z, composed 24 hours earlier. */
const installed = '2026-11-20T12:00:00Z';
const composeTime = '2026-11-23T09:00:00Z';
const later = '2026-11-23T10:00:00Z';
const evenLater = '2026-11-23T10:01:00Z';
const slotTime = '2026-11-24T09:00:00Z';
const afterSlot = (minutes: number) => new Date(Date.parse(slotTime) + minutes * 60_000).toISOString();

const shared = sharedPipeline();
let pipeline: TestPipeline;
beforeEach(() => {
  pipeline = shared.empty({ editorEmails: ['editor@desk.example'] });
});

const one = published('one', new Date('2026-11-19T09:00:00Z'));
const two = published('two', new Date('2026-11-18T09:00:00Z'));

/** A draft of two comparisons, composed by the schedule. */
async function composed(settings: Partial<Settings> = {}): Promise<void> {
  pipeline = { ...pipeline, settings: { ...pipeline.settings, ...settings } };
  await importAll(pipeline.db, [one, two]);
  await addReaders(pipeline.db, 2);
  await tick(at(pipeline, installed));
  await tickAndRunJobs(pipeline, composeTime);
}

const reprice = (price: string, tool = 'one-one') =>
  pipeline.db.execute(sql`update tools set entry_price = ${price} where slug = ${tool}`);
const publish = (slug: string, publishedAt: string) =>
  pipeline.db.execute(sql`update comparisons set published_at = ${publishedAt} where slug = ${slug}`);
const retract = (slug: string) => publish(slug, '2030-01-01T00:00:00Z');
const edit = (edits: Parameters<typeof editIssue>[2]) =>
  editIssue(at(pipeline, composeTime), week, edits, 'Ada');

const stored = () => storedIssue(pipeline.db);
const state = async () => (await findIssue(pipeline.db, week))?.status ?? 'none';
const logged = async () => (await readLog(pipeline.db, week)).map((entry) => entry.what).toReversed();

async function mails() {
  const folder = join(pipeline.outbox, 'editors');
  return existsSync(folder) ? await readOutbox(folder) : [];
}
const siteMails = async () =>
  (await mails()).filter((mail) => mail.subject?.startsWith('Changed at the site')).map((mail) => mail.text);

async function mailed() {
  const [mail] = await readOutbox(join(pipeline.outbox, week));
  if (mail === undefined) throw new Error('nobody got the issue');
  return mail;
}

describe('before the freeze, under auto, a tick that finds a difference at the site', () => {
  it('composes the issue again with the same cutoff and the edits', async () => {
    await composed();
    must(await edit({ intro: 'Hello.', order: ['two'] }));
    const before = await stored();
    await importAll(pipeline.db, [published('too-late', new Date('2026-11-23T09:30:00Z'))]);
    await reprice('$999/mo');
    await tickAndRunJobs(pipeline, later);
    const after = await stored();
    expect(after).toMatchObject({
      id: before.id,
      status: 'draft',
      cutoff: before.cutoff,
      edits: before.edits,
    });
    expect(after.html).toContain('$999/mo');
    expect(slugsOf(after)).toEqual(['two', 'one']);
    expect(await logged()).toEqual(['composed', 'edited', 'composed anew']);
  });

  it('names what changed to the editors, in one mail', async () => {
    await composed();
    await reprice('$999/mo');
    await reprice('$1/mo', 'two-two');
    await tickAndRunJobs(pipeline, later);
    await tickAndRunJobs(pipeline, evenLater);
    expect(await siteMails()).toEqual([
      expect.stringMatching(
        /one: entry price of one One: Paid, now \$999\/mo[\s\S]*two: entry price of two Two: Paid, now \$1\/mo/,
      ),
    ]);
    expect(await mails()).toHaveLength(2);
  });

  it('tells them each time, also when a price goes up, down and up again', async () => {
    await composed();
    for (const [minute, price] of ['$9/mo', 'Paid', '$9/mo'].entries()) {
      await reprice(price);
      await tickAndRunJobs(pipeline, `2026-11-23T10:0${minute}:00Z`);
    }
    expect(await siteMails()).toHaveLength(3);
  });

  it('gives the editors their minutes of review anew', async () => {
    await composed();
    await reprice('$999/mo');
    await tickAndRunJobs(pipeline, '2026-11-24T08:30:00Z');
    await tickAndRunJobs(pipeline, slotTime);
    await tickAndRunJobs(pipeline, afterSlot(29));
    expect(await state()).toBe('draft');
    await tickAndRunJobs(pipeline, afterSlot(30));
    expect(await state()).toBe('sent');
  });

  it('gives them anew after the slot at most once, however often the site changes', async () => {
    await composed();
    await reprice('$1/mo');
    await tickAndRunJobs(pipeline, slotTime);
    await reprice('$2/mo');
    await tickAndRunJobs(pipeline, afterSlot(30));
    await reprice('$3/mo');
    await tickAndRunJobs(pipeline, afterSlot(59));
    expect(await state()).toBe('draft');
    await tickAndRunJobs(pipeline, afterSlot(60));
    expect(await state()).toBe('sent');
    expect((await mailed()).html).toContain('$3/mo');
  });

  it.each([
    ['a vote', sql`update tools set community_ship = 99, community_skip = 1`],
    ['the time of the price check', sql`update comparisons set prices_checked_at = now()`],
    ['a tagline', sql`update tools set tagline = 'New'`],
  ])('does nothing where only %s changed', async (_, change) => {
    await composed();
    const before = await stored();
    await pipeline.db.execute(change);
    await tickAndRunJobs(pipeline, later);
    expect(await stored()).toEqual(before);
    expect(await siteMails()).toEqual([]);
  });

  it.each([
    [
      'a comparison',
      sql`update comparisons set slug = 'renamed' where slug = 'one'`,
      'slug: one, now renamed',
    ],
    ['a tool', sql`update tools set name = 'Renamed' where slug = 'one-one'`, 'name: one One, now Renamed'],
  ])('finds %s that was renamed by its id', async (_, change, what) => {
    await composed();
    must(await edit({ order: ['one', 'two'] }));
    await pipeline.db.execute(change);
    await tickAndRunJobs(pipeline, later);
    await tickAndRunJobs(pipeline, evenLater);
    const { content, edits } = await stored();
    expect(content.comparisons).toHaveLength(2);
    expect(edits.order?.[0]).toBe(content.comparisons[0]?.slug);
    expect(await siteMails()).toEqual([expect.stringContaining(what)]);
  });

  it.each([
    ['is no longer published', () => retract('one')],
    ['was published anew after the cutoff', () => publish('one', '2026-11-23T09:30:00Z')],
    [
      'can no longer be read',
      () => pipeline.db.execute(sql`update tools set name = '' where slug = 'one-two'`),
    ],
  ])('drops a comparison that %s', async (_, change) => {
    await composed();
    await change();
    await tickAndRunJobs(pipeline, later);
    const issue = await stored();
    expect(slugsOf(issue)).toEqual(['two']);
    expect(issue.subject).toContain('two One');
    const { rows } = await pipeline.db.execute(sql`select from issue_comparisons`);
    expect(rows).toHaveLength(1);
  });

  it('keeps a held draft held, by whoever holds it', async () => {
    await composed();
    must(await holdIssue(at(pipeline, composeTime), week, { by: 'Ada', reason: 'wait' }));
    await reprice('$999/mo');
    await tickAndRunJobs(pipeline, later);
    expect(await stored()).toMatchObject({ status: 'held', heldKind: 'editor', heldReason: 'wait' });
    expect((await stored()).html).toContain('$999/mo');
    expect(await siteMails()).toHaveLength(1);
  });

  it('changes nothing where only the clock went back', async () => {
    await composed();
    const before = await stored();
    await refreshDrafts(at(pipeline, '2026-11-01T00:00:00Z'));
    expect(await stored()).toEqual(before);
  });

  it('is found once by two processes, and once when run twice', async () => {
    await composed();
    await reprice('$999/mo');
    await Promise.all([1, 2, 3].map(() => refreshDrafts(at(pipeline, later))));
    await refreshDrafts(at(pipeline, later));
    await tickAndRunJobs(pipeline, later);
    expect(await logged()).toEqual(['composed', 'composed anew']);
    expect(await siteMails()).toHaveLength(1);
  });

  it('leaves nothing behind when it fails half-way, and is found again', async () => {
    await composed();
    const before = await stored();
    await reprice('$999/mo');
    await pipeline.db.execute(
      sql`alter table issue_comparisons add constraint broken check (position < 0) not valid`,
    );
    await expect(refreshDrafts(at(pipeline, later))).rejects.toThrow();
    await pipeline.db.execute(sql`alter table issue_comparisons drop constraint broken`);
    expect(await stored()).toEqual(before);
    await tickAndRunJobs(pipeline, evenLater);
    expect((await stored()).html).toContain('$999/mo');
    expect(await siteMails()).toHaveLength(1);
  });

  it('costs one query an issue of twelve comparisons where nothing changed', async () => {
    await importAll(
      pipeline.db,
      Array.from({ length: 10 }, (_, n) => published(`more-${n}`, new Date('2026-11-17T09:00:00Z'))),
    );
    await composed();
    expect((await stored()).content.comparisons).toHaveLength(12);
    // Each query outside a transaction takes a connection, and so does each transaction.
    const connections = vi.spyOn(pipeline.database.pool, 'connect');
    await refreshDrafts(at(pipeline, later));
    // One more reads the unfrozen issues.
    expect(connections).toHaveBeenCalledTimes(2);
    connections.mockRestore();
  });
});

describe("an editor's own words that name a tool no longer in the issue", () => {
  it.each([
    ['subject', { subject: 'Why ONE ONE wins' }],
    ['preheader', { preheader: 'one One, at last' }],
    ['intro', { intro: "Dear readers,\n\none One's new price." }],
  ])('in the %s hold it, with the reason, told in the same mail', async (_, edits) => {
    await composed();
    must(await edit(edits));
    await retract('one');
    await tickAndRunJobs(pipeline, later);
    const reason = expect.stringContaining('names one One, no longer in the issue');
    expect(await stored()).toMatchObject({ status: 'held', heldKind: 'provider', heldReason: reason });
    expect(await siteMails()).toEqual([reason]);
    expect(await mails()).toHaveLength(2);
    await tickAndRunJobs(pipeline, slotTime);
    expect(await state()).toBe('held');
  });

  it('do not hold it again once a person has resumed it', async () => {
    await composed();
    must(await edit({ subject: 'Why one One wins' }));
    await retract('one');
    await tickAndRunJobs(pipeline, later);
    must(await resumeIssue(at(pipeline, evenLater), week, { by: 'Ada' }));
    await tickAndRunJobs(pipeline, slotTime);
    expect(await state()).toBe('sent');
  });

  it('leave the hold of an editor an editor’s', async () => {
    await composed();
    must(await edit({ subject: 'Why one One wins' }));
    must(await holdIssue(at(pipeline, composeTime), week, { by: 'Ada', reason: 'wait' }));
    await retract('one');
    await tickAndRunJobs(pipeline, later);
    expect(await stored()).toMatchObject({ heldKind: 'editor', heldReason: 'wait' });
  });

  it('hold nothing where the generated subject named it, or another tool has it in its name', async () => {
    await importAll(pipeline.db, [
      { ...one, tools: [{ ...one.tools[0], name: 'Larkspur' }, one.tools[1]] },
      { ...two, tools: [{ ...two.tools[0], name: 'Larkspur Pro' }, two.tools[1]] },
    ]);
    await addReaders(pipeline.db, 2);
    await tick(at(pipeline, installed));
    await tickAndRunJobs(pipeline, composeTime);
    must(await edit({ intro: 'Larkspur Pro has a panel of its own.' }));
    await retract('one');
    await tickAndRunJobs(pipeline, later);
    expect(await state()).toBe('draft');
  });
});

describe('where fewer than MIN_COMPARISONS remain', () => {
  const atLeastTwo = { minComparisons: 2 };

  it('the draft goes, and the week is thin again, which is told once', async () => {
    await composed(atLeastTwo);
    await retract('one');
    for (const instant of [later, evenLater, '2026-11-23T10:02:00Z']) await tickAndRunJobs(pipeline, instant);
    expect(await state()).toBe('none');
    expect(await mails()).toHaveLength(2);
    expect(await siteMails()).toEqual([expect.stringContaining('Too few comparisons are left')]);
    expect((await findOpenSlot(pipeline.db, week))?.status).toBe('planned');
    expect(await logged()).toEqual(['composed', 'draft taken back']);
    await tickAndRunJobs(pipeline, slotTime);
    expect((await findOpenSlot(pipeline.db, week))?.status).toBeUndefined();
    expect((await logged()).at(-1)).toBe('skipped');
  });

  it('its edits are kept, and come back when the week is composed again', async () => {
    await composed(atLeastTwo);
    must(await edit({ subject: 'Our own subject', order: ['two'] }));
    await retract('one');
    await tickAndRunJobs(pipeline, later);
    expect(await state()).toBe('none');
    await importAll(pipeline.db, [published('three', new Date('2026-11-23T10:00:00Z'))]);
    await tickAndRunJobs(pipeline, evenLater);
    expect(await stored()).toMatchObject({ status: 'draft', subject: 'Our own subject' });
    expect(slugsOf(await stored())).toEqual(['two', 'three']);
    expect((await findOpenSlot(pipeline.db, week))?.edits).toBeNull();
  });

  it('edits that come back and name a tool no longer in the issue hold it', async () => {
    await composed(atLeastTwo);
    must(await edit({ subject: 'Why one One wins' }));
    await retract('one');
    await tickAndRunJobs(pipeline, later);
    await importAll(pipeline.db, [published('three', new Date('2026-11-23T10:00:00Z'))]);
    await tickAndRunJobs(pipeline, evenLater);
    expect(await stored()).toMatchObject({
      ...{ status: 'held', heldKind: 'provider' },
      heldReason: expect.stringContaining('one One'),
    });
    const subjects = (await mails()).map((mail) => mail.subject?.split(':')[0]);
    expect(subjects.toSorted()).toEqual(['Changed at the site', 'Draft ready', 'Held']);
  });

  it('found at the slot itself, what was published meanwhile is taken instead', async () => {
    await composed(atLeastTwo);
    await importAll(pipeline.db, [published('three', new Date('2026-11-23T20:00:00Z'))]);
    await retract('one');
    await tickAndRunJobs(pipeline, slotTime);
    await tickAndRunJobs(pipeline, afterSlot(60));
    expect(slugsOf(await stored()).toSorted()).toEqual(['three', 'two']);
    expect(await state()).toBe('sent');
  });

  it('a draft that a person composed with fewer stays, as long as no fewer remain', async () => {
    await composed({ minComparisons: 1 });
    pipeline = { ...pipeline, settings: { ...pipeline.settings, minComparisons: 3 } };
    await reprice('$999/mo');
    await tickAndRunJobs(pipeline, later);
    expect((await stored()).html).toContain('$999/mo');
  });

  it('a held draft stays held as it is, so that nothing leaves while a person holds it', async () => {
    await composed(atLeastTwo);
    must(await holdIssue(at(pipeline, composeTime), week, { by: 'Ada', reason: 'wait' }));
    await retract('one');
    for (const instant of [later, evenLater]) await tickAndRunJobs(pipeline, instant);
    expect(await stored()).toMatchObject({ status: 'held', heldKind: 'editor' });
    expect(await siteMails()).toEqual([expect.stringContaining('stays as it is')]);
    must(await resumeIssue(at(pipeline, evenLater), week, { by: 'Ada' }));
    await tickAndRunJobs(pipeline, '2026-11-23T10:02:00Z');
    expect(await state()).toBe('none');
  });

  it('an issue without a slot to come is missed, and keeps its edits until it is composed again', async () => {
    pipeline = {
      ...pipeline,
      settings: { ...pipeline.settings, schedule: { cron: '0 9 1 1 *', timeZone: 'UTC' } },
    };
    await importAll(pipeline.db, [one]);
    must(await composeIssue(at(pipeline, composeTime), week, { by: 'Ada' }));
    must(await edit({ subject: 'Our own subject' }));
    await retract('one');
    await refreshDrafts(at(pipeline, later));
    await refreshDrafts(at(pipeline, evenLater));
    expect(await state()).toBe('missed');
    await publish('one', one.publishedAt);
    must(await composeIssue(at(pipeline, evenLater), week, { by: 'Ada' }));
    expect(await stored()).toMatchObject({ status: 'draft', subject: 'Our own subject' });
  });
});

describe('after a person’s approval', () => {
  it.each(['auto', 'required'] as const)(
    'the bytes stand under %s, and the editors are told once',
    async (approval) => {
      await composed({ approval });
      must(await approveIssue(at(pipeline, composeTime), week, { by: 'Ada' }));
      const { html } = await stored();
      await reprice('$999/mo');
      for (const instant of [later, evenLater, '2026-11-23T10:02:00Z'])
        await tickAndRunJobs(pipeline, instant);
      expect(await stored()).toMatchObject({ status: 'approved', html });
      expect(await siteMails()).toEqual([expect.stringContaining('as it was approved')]);
      await tickAndRunJobs(pipeline, slotTime);
      expect((await mailed()).html).not.toContain('$999/mo');
    },
  );

  it('another change is told again', async () => {
    await composed();
    must(await approveIssue(at(pipeline, composeTime), week, { by: 'Ada' }));
    await reprice('$999/mo');
    await tickAndRunJobs(pipeline, later);
    await retract('two');
    await tickAndRunJobs(pipeline, evenLater);
    expect(await siteMails()).toHaveLength(2);
  });

  it('that was the schedule’s own, and did not come to the freeze, the issue is composed again', async () => {
    await composed();
    must(await approveIssue(at(pipeline, composeTime), week, { by: 'schedule' }));
    await reprice('$999/mo');
    await tickAndRunJobs(pipeline, later);
    expect(await stored()).toMatchObject({ status: 'draft', approvedBy: null });
    expect((await stored()).html).toContain('$999/mo');
  });
});

describe('under required', () => {
  it('check and status name what changed, the old and the new price, and what was retracted', async () => {
    await composed({ approval: 'required' });
    const { html } = await stored();
    await reprice('$999/mo');
    await retract('two');
    await tickAndRunJobs(pipeline, later);
    expect(await stored()).toMatchObject({ status: 'draft', html });
    expect(await siteMails()).toEqual([]);
    const { findings } = must(await checkIssue(at(pipeline, later), week));
    expect(findings.filter(({ rule }) => rule === 'changed-at-site')).toMatchObject([
      { severity: 'warning', what: expect.stringContaining('entry price of one One: Paid, now $999/mo') },
      { severity: 'warning', what: expect.stringContaining('retracted: it is no longer published') },
    ]);
    expect(must(await issueStatus(at(pipeline, later), week)).report.changedAtSite).toEqual([
      'one: entry price of one One: Paid, now $999/mo',
      'two: retracted: it is no longer published',
    ]);
    must(await approveIssue(at(pipeline, later), week, { by: 'Ada' }));
  });
});

describe('repriced and retracted after the composing', () => {
  it('the slot sends the new price, and not what was retracted', async () => {
    await composed();
    await reprice('$999/mo');
    await retract('two');
    await tickAndRunJobs(pipeline, later);
    await tickAndRunJobs(pipeline, slotTime);
    const { html, text } = await mailed();
    for (const part of [html, text]) {
      expect(part).toContain('$999/mo');
      expect(part).not.toContain('two One');
    }
  });

  it('by an import, too, and found only at the slot', async () => {
    await composed();
    const repriced = { ...one, tools: [{ ...one.tools[0], entryPrice: '$999/mo' }, one.tools[1]] };
    must(await importComparisons(pipeline.db, JSON.stringify({ comparisons: [repriced] })));
    await tickAndRunJobs(pipeline, slotTime);
    expect(await state()).toBe('draft');
    await tickAndRunJobs(pipeline, afterSlot(60));
    expect((await mailed()).html).toContain('$999/mo');
  });

  it('after the freeze nothing is said of it any more', async () => {
    await composed();
    await tickAndRunJobs(pipeline, slotTime);
    await reprice('$999/mo');
    await tickAndRunJobs(pipeline, afterSlot(1));
    const { findings } = must(await checkIssue(pipeline, week));
    expect(findings.filter(({ rule }) => rule === 'changed-at-site')).toEqual([]);
    expect(must(await issueStatus(pipeline, week)).report.changedAtSite).toEqual([]);
    expect(await siteMails()).toEqual([]);
  });
});
