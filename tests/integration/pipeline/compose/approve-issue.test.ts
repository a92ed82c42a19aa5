import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import { approveIssue } from '../../../../src/pipeline/compose/approve-issue.ts';
import { checkIssue } from '../../../../src/pipeline/compose/check-issue.ts';
import { composeIssue } from '../../../../src/pipeline/compose/compose-issue.ts';
import { editIssue } from '../../../../src/pipeline/compose/edit-issue.ts';
import type { Settings } from '../../../../src/pipeline/context.ts';
import { freezeIssue } from '../../../../src/pipeline/send/freeze-issue.ts';
import { holdIssue, resumeIssue } from '../../../../src/pipeline/send/hold-pause-resume-cancel.ts';
import { sendIssue } from '../../../../src/pipeline/send/send-issue.ts';
import { addReaders } from '../../../support/database/subscribers.ts';
import { daysAgo, importAll, published, storedIssue } from '../../../support/pipeline/compose.ts';
import { sharedPipeline } from '../../../support/pipeline/shared-pipeline.ts';
import { must, type TestPipeline, tuesday, week } from '../../../support/pipeline/test-pipeline.ts';

const shared = sharedPipeline();
let pipeline: TestPipeline;
beforeEach(async () => {
  pipeline = shared.empty();
  await importAll(pipeline.db, [published('one', daysAgo(1))]);
  must(await composeIssue(pipeline, week, { by: 'Ada' }));
});

const approve = (request: Partial<Parameters<typeof approveIssue>[2]> = {}) =>
  approveIssue(pipeline, week, { by: 'Ada', ...request });

const alterHtml = () =>
  pipeline.db.execute(sql`update issues set html = replace(html, '</body>', '<p>buy now</p></body>')`);

describe('approve', () => {
  it('binds the issue to its hash and records who approved it', async () => {
    await addReaders(pipeline.db, 1);
    const approval = must(await approve());
    const issue = await storedIssue(pipeline.db);
    expect(approval).toMatchObject({ already: false, sha256: issue.sha256 });
    expect(issue).toMatchObject({
      status: 'approved',
      approvedSha256: issue.sha256,
      approvedBy: 'Ada',
      approvedAt: tuesday,
      overrides: [],
    });
  });

  it('takes effect once, however often it is repeated: the first name stays', async () => {
    await addReaders(pipeline.db, 1);
    const approvals = await Promise.all(['Ada', 'Bob', 'Cyd'].map((by) => approve({ by })));
    expect(approvals.map((one) => one.ok && one.already).toSorted()).toEqual([false, true, true]);
    const first = await storedIssue(pipeline.db);
    expect(must(await approve({ by: 'Dan' })).already).toBe(true);
    expect(await storedIssue(pipeline.db)).toEqual(first);
  });

  it('is blocked by an error of the check, and changes nothing', async () => {
    const before = await storedIssue(pipeline.db);
    const blocked = await approve();
    expect(blocked).toMatchObject({ ok: false, waitsForPerson: true });
    expect(blocked.findings.map(({ rule }) => rule)).toContain('has-readers');
    expect(await storedIssue(pipeline.db)).toEqual(before);
  });

  it('succeeds when each error is overridden by name, and records who did it and why', async () => {
    must(await editIssue(pipeline, week, { subject: 'x'.repeat(130) }, 'Ada'));
    const reason = 'The list is imported tonight.';
    const half = await approve({ override: { rules: ['has-readers', 'no-such-rule'], reason } });
    expect(half).toMatchObject({ ok: false, waitsForPerson: true });
    must(await approve({ override: { rules: ['has-readers', 'subject'], reason } }));
    const kept = { by: 'Ada', reason, at: tuesday.toISOString() };
    expect((await storedIssue(pipeline.db)).overrides.toSorted((a, b) => (a.rule < b.rule ? -1 : 1))).toEqual(
      [
        { rule: 'has-readers', ...kept },
        { rule: 'subject', ...kept },
      ],
    );
  });

  it('shows the overrides with the check for as long as the approval stands', async () => {
    must(await approve({ override: { rules: ['has-readers'], reason: 'soon' } }));
    expect(must(await checkIssue(pipeline, week)).overrides).toMatchObject([
      { rule: 'has-readers', by: 'Ada', reason: 'soon' },
    ]);
    await alterHtml();
    expect(must(await checkIssue(pipeline, week)).overrides).toEqual([]);
  });

  it('forgets the overrides when the issue is edited', async () => {
    must(await approve({ override: { rules: ['has-readers'], reason: 'soon' } }));
    must(await editIssue(pipeline, week, { subject: 'Another' }, 'Ada'));
    expect(await storedIssue(pipeline.db)).toMatchObject({ status: 'draft', overrides: [] });
    expect(await approve()).toMatchObject({ ok: false });
  });

  it('is refused when bytes changed after compose', async () => {
    await addReaders(pipeline.db, 1);
    await alterHtml();
    expect(await approve()).toMatchObject({ ok: false, waitsForPerson: true });
    expect((await storedIssue(pipeline.db)).status).toBe('draft');
  });

  it.each<[string, Partial<Settings>]>([
    ['MAIL_FROM', { from: 'Others <others@news.example>' }],
    ['MAIL_REPLY_TO', { replyTo: 'desk@news.example' }],
    [
      'PUBLIC_URL',
      { publication: { name: 'N', publicUrl: 'https://other.example', siteUrl: null, postalAddress: null } },
    ],
  ])('refuses a draft that was composed under another %s, and says what to do', async (_, changed) => {
    await addReaders(pipeline.db, 1);
    const settings = { ...pipeline.settings, ...changed };
    expect(await approveIssue({ ...pipeline, settings }, week, { by: 'Ada' })).toMatchObject({
      ok: false,
      message: expect.stringMatching(/settings.*compose --week 2026-W48/),
    });
    must(await composeIssue({ ...pipeline, settings }, week, { by: 'Ada' }));
    must(await approveIssue({ ...pipeline, settings }, week, { by: 'Ada' }));
  });

  it('sends what was approved, whatever the settings say afterwards', async () => {
    await addReaders(pipeline.db, 1);
    must(await approve());
    const settings = { ...pipeline.settings, from: 'Others <others@news.example>' };
    must(await sendIssue({ ...pipeline, settings }, week, 'Ada'));
    expect((await storedIssue(pipeline.db)).envelope.from).toBe(pipeline.settings.from);
  });

  it('of a held issue is refused with the reason and the name of who holds it, and it stays held', async () => {
    await addReaders(pipeline.db, 1);
    must(await holdIssue(pipeline, week, { by: 'Bob', reason: 'wrong price' }));
    const held = await storedIssue(pipeline.db);
    const refusal = {
      ok: false,
      waitsForPerson: true,
      message: expect.stringMatching(/is held by Bob: wrong price\. .*resume --week 2026-W48/),
    };
    expect(await approve()).toMatchObject(refusal);
    expect(await freezeIssue(pipeline, week, 'Ada')).toMatchObject(refusal);
    expect(await sendIssue(pipeline, week, 'Ada')).toMatchObject(refusal);
    expect(await storedIssue(pipeline.db)).toEqual(held);
    must(await resumeIssue(pipeline, week, { by: 'Bob' }));
    must(await approve());
  });

  it('is lost when the issue is held: a resumed issue is a draft again', async () => {
    await addReaders(pipeline.db, 1);
    must(await approve());
    must(await holdIssue(pipeline, week, { by: 'Ada', reason: 'wait' }));
    must(await resumeIssue(pipeline, week, { by: 'Ada' }));
    expect((await storedIssue(pipeline.db)).status).toBe('draft');
    expect(await freezeIssue(pipeline, week, 'Ada')).toMatchObject({ ok: false });
  });

  it('is refused for an issue that is frozen or does not exist', async () => {
    await addReaders(pipeline.db, 1);
    must(await approve());
    must(await freezeIssue(pipeline, week, 'Ada'));
    expect(await approve()).toMatchObject({ ok: false });
    expect(await approveIssue(pipeline, '2026-W01', { by: 'Ada' })).toMatchObject({ ok: false });
  });
});

describe('an approved issue whose bytes change', () => {
  beforeEach(async () => {
    await addReaders(pipeline.db, 2);
    must(await approve());
    await alterHtml();
  });

  it('is refused by freeze and by another approval, and reaches nobody', async () => {
    expect(await sendIssue(pipeline, week, 'Ada')).toMatchObject({
      ok: false,
      waitsForPerson: true,
      message: expect.stringContaining('Compose and approve it again'),
    });
    expect(await approve()).toMatchObject({ ok: false, waitsForPerson: true });
    const { rows } = await pipeline.db.execute(sql`select from deliveries`);
    expect(rows).toHaveLength(0);
  });

  it('can be composed again, as the refusal says', async () => {
    must(await composeIssue(pipeline, week, { by: 'Ada' }));
    expect(await storedIssue(pipeline.db)).toMatchObject({ status: 'draft', approvedSha256: null });
    must(await approve());
    expect(must(await sendIssue(pipeline, week, 'Ada'))).toMatchObject({ submittedNow: 2 });
    expect((await storedIssue(pipeline.db)).status).toBe('sent');
  });

  it.each([
    sql`update issues set envelope = jsonb_set(envelope, '{from}', '"evil@news.example"')`,
    sql`update issues set subject = subject || ' '`,
    sql`update issues set text = text || ' '`,
    sql`update issues set placeholder = 'reader'`,
    sql`update issues set approved_sha256 = repeat('0', 64)`,
  ])('is refused whatever it is that changed: %#', async (mischief) => {
    must(await composeIssue(pipeline, week, { by: 'Ada' }));
    must(await approve());
    await pipeline.db.execute(mischief);
    expect(await freezeIssue(pipeline, week, 'Ada')).toMatchObject({ ok: false, waitsForPerson: true });
  });
});
