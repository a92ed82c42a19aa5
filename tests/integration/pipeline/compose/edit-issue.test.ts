import { beforeEach, describe, expect, it } from 'vitest';
import { moveIssue } from '../../../../src/db/queries/issue/move-issue.ts';
import { approveIssue } from '../../../../src/pipeline/compose/approve-issue.ts';
import { composeIssue } from '../../../../src/pipeline/compose/compose-issue.ts';
import { editIssue } from '../../../../src/pipeline/compose/edit-issue.ts';
import { freezeIssue } from '../../../../src/pipeline/send/freeze-issue.ts';
import { holdIssue } from '../../../../src/pipeline/send/hold-pause-resume-cancel.ts';
import { addReaders } from '../../../support/database/subscribers.ts';
import {
  composedSlugs,
  dayMs,
  daysAgo,
  importAll,
  published,
  slugsOf,
  storedIssue,
} from '../../../support/pipeline/compose.ts';
import { sharedPipeline } from '../../../support/pipeline/shared-pipeline.ts';
import { at, must, type TestPipeline, tuesday, week } from '../../../support/pipeline/test-pipeline.ts';

const shared = sharedPipeline();
let pipeline: TestPipeline;
beforeEach(async () => {
  pipeline = shared.empty();
  await importAll(
    pipeline.db,
    [1, 2, 3].map((day) => published(`day-${day}`, daysAgo(day))),
  );
  must(await composeIssue(pipeline, week, { by: 'Ada' }));
});

const edit = (edits: Parameters<typeof editIssue>[2]) => editIssue(pipeline, week, edits, 'Ada');
const order = async () => slugsOf(await storedIssue(pipeline.db));

describe('edit', () => {
  it('with an empty subject, preheader or intro goes back to the generated one', async () => {
    const generated = await storedIssue(pipeline.db);
    must(await edit({ subject: 'Mine', preheader: 'My line', intro: 'Hello.', drop: ['day-3'] }));
    must(await edit({ subject: '', preheader: '  ', intro: '' }));
    const issue = await storedIssue(pipeline.db);
    expect(issue.subject).toBe(generated.subject);
    expect(issue.preheader).not.toContain('My line');
    expect(issue.preheader.trim()).not.toBe('');
    expect(issue.content.intro).toBeNull();
    expect(issue.edits).toEqual({ drop: ['day-3'] });
    must(await edit({ drop: [] }));
    expect(await storedIssue(pipeline.db)).toMatchObject({
      ...{ subject: generated.subject, preheader: generated.preheader, text: generated.text },
    });
  });

  it('sets subject, preheader and intro in html and text, each edit on top of the earlier ones', async () => {
    must(await edit({ subject: 'Ship it? 🦉 مرحبا' }));
    must(await edit({ preheader: 'What the <b>panel</b> says' }));
    must(await edit({ intro: 'Dear {{{READER}}},\n\nhello.' }));
    const issue = await storedIssue(pipeline.db);
    expect(issue).toMatchObject({ subject: 'Ship it? 🦉 مرحبا', preheader: 'What the <b>panel</b> says' });
    expect(issue.html).toContain('What the &lt;b&gt;panel&lt;/b&gt; says');
    expect(issue.text).toContain('hello.');
  });

  it('changes nothing when repeated', async () => {
    must(await edit({ subject: 'Same', order: ['day-3'], drop: ['day-1'] }));
    const first = await storedIssue(pipeline.db);
    must(await edit({ subject: 'Same', order: ['day-3'], drop: ['day-1'] }));
    expect(await storedIssue(pipeline.db)).toEqual(first);
  });

  it('puts comparisons first in the order given', async () => {
    must(await edit({ order: ['day-3', 'day-2'] }));
    expect(await order()).toEqual(['day-3', 'day-2', 'day-1']);
  });

  it('drops one comparison, then another, and takes up again what the order names', async () => {
    must(await edit({ drop: ['day-1'] }));
    must(await edit({ drop: ['day-2'] }));
    expect(await order()).toEqual(['day-3']);
    must(await edit({ order: ['day-1'] }));
    expect(await order()).toEqual(['day-1', 'day-3']);
    must(await edit({ drop: [] }));
    expect(await order()).toEqual(['day-1', 'day-2', 'day-3']);
  });

  it("leaves dropped comparisons for the next week's issue", async () => {
    must(await edit({ drop: ['day-2'] }));
    const next = at(pipeline, new Date(tuesday.getTime() + 7 * dayMs));
    expect(await composedSlugs(next, '2026-W49')).toEqual(['day-2']);
  });

  it('composes with the draft’s cutoff, not the current time', async () => {
    const later = at(pipeline, new Date(tuesday.getTime() + dayMs));
    await importAll(pipeline.db, [published('after', later.clock.now())]);
    must(await editIssue(later, week, { subject: 'Later' }, 'Ada'));
    expect(await storedIssue(pipeline.db)).toMatchObject({ cutoff: tuesday });
    expect(await order()).toEqual(['day-1', 'day-2', 'day-3']);
  });

  it.each([{ order: ['day-1', 'ghost'] }, { drop: ['ghost'] }])(
    'refuses a slug that it does not know: %j',
    async (edits) => {
      const before = await storedIssue(pipeline.db);
      expect(await edit(edits)).toMatchObject({
        ok: false,
        message: expect.stringMatching(/ghost.*day-1, day-2, day-3/),
      });
      expect(await storedIssue(pipeline.db)).toEqual(before);
    },
  );

  it('refuses to drop everything, and says what to do instead', async () => {
    const before = await storedIssue(pipeline.db);
    expect(await edit({ drop: ['day-1', 'day-2', 'day-3'] })).toMatchObject({
      ok: false,
      message: expect.stringContaining('cancel --week'),
    });
    expect(await storedIssue(pipeline.db)).toEqual(before);
  });

  it('withdraws an approval', async () => {
    await addReaders(pipeline.db, 1);
    must(await approveIssue(pipeline, week, { by: 'Ada' }));
    must(await edit({ subject: 'Another' }));
    expect(await storedIssue(pipeline.db)).toMatchObject({
      status: 'draft',
      approvedSha256: null,
      approvedBy: null,
      approvedAt: null,
    });
    expect(await freezeIssue(pipeline, week, 'Ada')).toMatchObject({ ok: false, waitsForPerson: true });
  });

  it.each(['', '  '])(
    'goes back to the generated subject, preheader and intro where %j is given',
    async (empty) => {
      const generated = await storedIssue(pipeline.db);
      must(await edit({ subject: 'Mine', preheader: 'Mine too', intro: 'Hello.' }));
      must(await edit({ subject: empty, preheader: empty, intro: empty }));
      const { subject, preheader, html, edits } = await storedIssue(pipeline.db);
      expect({ subject, preheader, html }).toEqual({
        ...{ subject: generated.subject, preheader: generated.preheader, html: generated.html },
      });
      expect(edits).toEqual({ drop: [] });
    },
  );

  it('does not end a hold, which only resume does', async () => {
    must(await holdIssue(pipeline, week, { by: 'Ada', reason: 'wrong price' }));
    must(await edit({ subject: 'Another' }));
    expect(await storedIssue(pipeline.db)).toMatchObject({
      status: 'held',
      heldReason: 'wrong price',
      subject: 'Another',
    });
  });

  it('is refused for a missed issue, and says how to open it again', async () => {
    const { id } = await storedIssue(pipeline.db);
    await pipeline.db.transaction((tx) => moveIssue(tx, id, 'miss', { at: tuesday, who: 'schedule' }));
    expect(await edit({ subject: 'Late' })).toMatchObject({
      ok: false,
      message: expect.stringMatching(/is missed.*compose --week 2026-W48/),
    });
  });

  it('is refused for a frozen issue and for a week without one', async () => {
    await addReaders(pipeline.db, 1);
    must(await approveIssue(pipeline, week, { by: 'Ada' }));
    must(await freezeIssue(pipeline, week, 'Ada'));
    const before = await storedIssue(pipeline.db);
    expect(await edit({ subject: 'Too late' })).toMatchObject({ ok: false });
    expect(await storedIssue(pipeline.db)).toEqual(before);
    expect(await editIssue(pipeline, '2026-W01', { subject: 'x' }, 'Ada')).toMatchObject({ ok: false });
  });

  it('keeps the changes of two editors at once', async () => {
    await Promise.all([edit({ subject: 'Hers' }), edit({ preheader: 'His' })]);
    expect(await storedIssue(pipeline.db)).toMatchObject({ subject: 'Hers', preheader: 'His' });
  });
});
