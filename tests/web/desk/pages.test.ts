import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Comparison } from '../../../src/domain/comparison/comparison.ts';
import { approveIssue } from '../../../src/pipeline/compose/approve-issue.ts';
import { composeIssue } from '../../../src/pipeline/compose/compose-issue.ts';
import { holdIssue } from '../../../src/pipeline/send/hold-pause-resume-cancel.ts';
import { sendIssue } from '../../../src/pipeline/send/send-issue.ts';
import { darkMedia } from '../../../src/theme.ts';
import { deskApp } from '../../../src/web/desk/app.ts';
import { pairOf, panel } from '../../support/content/fixtures.ts';
import { addReaders } from '../../support/database/subscribers.ts';
import { tableState } from '../../support/database/table-state.ts';
import { importAll } from '../../support/pipeline/compose.ts';
import { at, type TestPipeline, testPipeline, week } from '../../support/pipeline/test-pipeline.ts';

let pipeline: TestPipeline;

beforeEach(async () => {
  pipeline = await testPipeline();
});

afterEach(() => pipeline.close());

const cursorAndCopilot = pairOf(
  { name: 'Cursor', reviews: panel('ship ship skip'), entryPrice: '$20/mo' },
  { name: 'Copilot', reviews: panel('skip ship skip') },
);

async function composed(...comparisons: Comparison[]): Promise<void> {
  await addReaders(pipeline.db, 3);
  await importAll(pipeline.db, comparisons);
  expect(await composeIssue(pipeline, week, { by: 'Ada' })).toMatchObject({ ok: true, kind: 'composed' });
}

/** A day before the slot of the week. */
const monday = '2026-11-23T09:00:00Z';

const get = (path: string, init?: RequestInit) => deskApp(pipeline).request(path, init);

async function read(path: string): Promise<string> {
  const response = await get(path);
  expect(response.status).toBe(200);
  return response.text();
}

describe('the start page', () => {
  test('shows the coming issue without writing anything', async () => {
    pipeline = at(pipeline, monday);
    await addReaders(pipeline.db, 3);
    await importAll(pipeline.db, [cursorAndCopilot]);
    const before = await tableState(pipeline.db);
    const html = await read('/');
    expect(html).toContain('Cursor vs Copilot: Ship Cursor');
    expect(html).toContain('Not composed yet');
    expect(html).toContain('$20/mo');
    for (const path of [`/issues/${week}`, `/frame/${week}?scheme=dark`, `/text/${week}`]) await read(path);
    expect(await tableState(pipeline.db)).toEqual(before);
  });

  test('lists the comparisons left out of the coming issue, and why', async () => {
    pipeline = { ...pipeline, settings: { ...pipeline.settings, maxComparisons: 1 } };
    const stale = pairOf(
      { slug: 'e' },
      { slug: 'f' },
      { slug: 'e-vs-f', pricesCheckedAt: '2026-01-01T00:00:00Z' },
    );
    const older = pairOf(
      { slug: 'c' },
      { slug: 'd' },
      { slug: 'c-vs-d', publishedAt: '2026-11-17T09:00:00Z' },
    );
    await importAll(pipeline.db, [cursorAndCopilot, stale, older]);
    const html = await read('/');
    expect(html).toMatch(/e-vs-f<\/code>.*prices were checked over 45 days ago/);
    expect(html).toMatch(/c-vs-d<\/code>.*an issue takes at most 1/);
  });

  test('says so when the database is empty', async () => {
    const html = await read('/');
    expect(html).toContain('Nothing new this week');
    expect(html).toContain('There are none yet.');
  });

  test('lists earlier issues with how many were submitted', async () => {
    await composed(cursorAndCopilot);
    await approveIssue(pipeline, week, { by: 'test' });
    await sendIssue(pipeline, week, 'Ada');
    const nextWeek = { ...pipeline, clock: { now: () => new Date('2026-12-01T09:00:00Z') } };
    const html = await (await deskApp(nextWeek).request('/')).text();
    expect(html).toContain('Nothing new this week');
    expect(html).toContain(`href="/issues/${week}"`);
    expect(html).toContain('3 of 3 submitted');
  });

  test('lists half a year of issues, or all of them on request', async () => {
    pipeline = at(pipeline, monday);
    await composed(cursorAndCopilot);
    await pipeline.db.execute(sql`
      insert into issues (week, number, status, cutoff, content, subject, preheader, html, text, placeholder, envelope, sha256)
      select '2025-W' || lpad(n::text, 2, '0'), n, 'cancelled', now(), content, 'Old ' || n, '', html, text, placeholder, envelope, sha256
      from issues, generate_series(1, 30) n where week = ${week}`);
    const some = await read('/');
    expect(some.match(/>Old \d+</g)).toHaveLength(26);
    expect(some).toContain('Show all 30 earlier issues');
    expect((await read('/?all=1')).match(/>Old \d+</g)).toHaveLength(30);
  });
});

describe('the coming issue', () => {
  test('on a Friday whose slot is over is next week’s, with the local time at which it goes out', async () => {
    pipeline = { ...at(pipeline, '2026-11-27T12:00:00Z') };
    pipeline = {
      ...pipeline,
      settings: {
        ...pipeline.settings,
        timeZone: 'Europe/Berlin',
        schedule: { cron: '0 9 * * 2', timeZone: 'Europe/Berlin' },
      },
    };
    await importAll(pipeline.db, [cursorAndCopilot]);
    const html = await read('/');
    expect(html).toContain('30 November – 6 December 2026');
    expect(html).toContain('goes out Tuesday 1 December 2026, 09:00 Europe/Berlin');
    expect(html).toContain('href="/issues/2026-W49"');
    expect(await read('/issues/2026-W49')).toContain('Cursor vs Copilot: Ship Cursor');
    expect((await get(`/issues/${week}`)).status).toBe(404);
  });

  test('is shown beside an issue that is still being sent, each with its own page', async () => {
    await composed(cursorAndCopilot);
    await approveIssue(pipeline, week, { by: 'Ada' });
    await sendIssue(pipeline, week, 'Ada', { signal: AbortSignal.abort() });
    await holdIssue(pipeline, week, { by: 'Grace', reason: 'a wrong price' });
    const next = pairOf({ slug: 'n', name: 'Next' }, { slug: 'm', name: 'Other' }, { slug: 'next' });
    await importAll(pipeline.db, [next]);
    const html = await read('/');
    expect(html).toMatch(/Not finished[\s\S]*2026-W48[\s\S]*0 of 3 submitted[\s\S]*a wrong price/);
    expect(html).toMatch(/The coming issue, 30 November[\s\S]*Next vs Other/);
    for (const page of [week, '2026-W49']) await read(`/issues/${page}`);
  });

  test('shows decisions about its week also while there is nothing to compose', async () => {
    await pipeline.db.execute(sql`
      insert into issue_log (at, week, who, what, reason)
      values ('2026-11-27T09:00:00Z', '2026-W49', 'schedule', 'draft taken back', 'too little is left of it')`);
    pipeline = at(pipeline, '2026-11-27T12:00:00Z');
    expect(await read('/')).toMatch(/Nothing new this week[\s\S]*draft taken back<\/strong> by schedule/);
  });

  test('and the page of an issue show the last decisions: when, who, what and why', async () => {
    pipeline = at(pipeline, monday);
    await composed(cursorAndCopilot);
    await holdIssue(pipeline, week, { by: 'Grace', reason: 'a <wrong> price' });
    for (const path of ['/', `/issues/${week}`]) {
      const html = await read(path);
      expect(html).toMatch(/Last decisions[\s\S]*2026-11-23 09:00[\s\S]*held<\/strong> by Grace/);
      expect(html).toContain('a &lt;wrong&gt; price');
      expect(html).toMatch(/composed<\/strong> by Ada/);
      expect(html).toContain(`issues show ${week}`);
    }
  });
});

describe('the page of an issue', () => {
  test('shows findings with what, where and how to fix them', async () => {
    await importAll(pipeline.db, [pairOf({ name: 'Mute', reviews: [] }, { name: 'Silent', reviews: [] })]);
    await composeIssue(pipeline, week, { by: 'Ada' });
    const html = await read(`/issues/${week}`);
    expect(html).toMatch(/Error<\/strong>\s*<code>has-readers<\/code>/);
    expect(html).toMatch(/Warning<\/strong>\s*<code>no-reviews<\/code>/);
    expect(html).toContain('comparison a-vs-b');
    expect(html).toContain('--drop a-vs-b');
  });

  test('shows who overrode an error, and why', async () => {
    await importAll(pipeline.db, [cursorAndCopilot]);
    await composeIssue(pipeline, week, { by: 'Ada' });
    await approveIssue(pipeline, week, {
      by: 'Ada',
      override: { rules: ['has-readers'], reason: 'a rehearsal' },
    });
    expect(await read(`/issues/${week}`)).toContain('Overridden by Ada: a rehearsal');
  });

  test('shows the ledger before the freeze, when it balances, and when it does not', async () => {
    await composed(cursorAndCopilot);
    expect(await read(`/issues/${week}`)).toContain('it would go to 3 readers');
    await approveIssue(pipeline, week, { by: 'test' });
    await sendIssue(pipeline, week, 'Ada');
    const sent = await read(`/issues/${week}`);
    expect(sent).toMatch(/Submitted.*<td class="number">3<\/td>/);
    expect(sent).toMatch(/Audience.*<td class="number">3<\/td>/);
    expect(sent).toContain('It balances.');
    await pipeline.db.execute(sql`update issues set audience = 4`);
    expect(await read(`/issues/${week}`)).toContain('It does not balance.');
  });

  test('shows the size of the html against its budget, in words and as a bar', async () => {
    await composed(cursorAndCopilot);
    const html = await read(`/issues/${week}`);
    expect(html).toMatch(/[\d,]+ of 90,000 bytes/);
    expect(html).toMatch(/<rect class="used" width="\d+\.\d"/);
    await pipeline.db.execute(sql`update issues set html = html || repeat('x', 90000)`);
    expect(await read(`/issues/${week}`)).toContain('over budget:');
  });

  test('shows the issue in all widths and schemes, or in those chosen by a link', async () => {
    await composed(cursorAndCopilot);
    expect((await read(`/issues/${week}`)).match(/<iframe /g)).toHaveLength(6);
    const chosen = await read(`/issues/${week}?width=320&scheme=dark`);
    expect(chosen.match(/<iframe /g)).toHaveLength(1);
    expect(chosen).toContain(`src="/frame/${week}?scheme=dark"`);
    expect((await read(`/issues/${week}?width=1&scheme=pink`)).match(/<iframe /g)).toHaveLength(6);
  });

  test('escapes the names of tools', async () => {
    const name = '<script>alert("x")</script>';
    await composed(pairOf({ name, reviews: panel('ship') }, { name: '&lt;b&gt;', reviews: panel('skip') }));
    for (const path of ['/', `/issues/${week}`]) {
      const html = await read(path);
      expect(html).toContain('&lt;script&gt;');
      expect(html).toContain('&amp;lt;b&amp;gt;');
      expect(html).not.toContain('<script');
    }
    const text = await get(`/text/${week}`);
    expect(text.headers.get('content-type')).toMatch(/^text\/plain/);
    expect(await text.text()).toContain(name);
  });

  test('says in plain words that a week has no issue', async () => {
    for (const path of [
      '/issues/2026-W02',
      '/issues/%3Cb%3E',
      '/frame/2026-W02',
      '/text/2026-W02',
      '/elsewhere',
    ]) {
      const response = await get(path);
      expect(response.status).toBe(404);
      const html = await response.text();
      expect(html).toMatch(/There is no (issue for|such page)/);
      expect(html).not.toContain('<b>');
    }
  });
});

describe('the frame', () => {
  test('has its dark styles forced on or off, and is unchanged without a scheme', async () => {
    await composed(cursorAndCopilot);
    const asSent = await read(`/frame/${week}`);
    expect(asSent).toContain(darkMedia);
    const dark = await read(`/frame/${week}?scheme=dark`);
    expect(dark).not.toContain(darkMedia);
    expect(dark).toContain('@media all{');
    const light = await read(`/frame/${week}?scheme=light`);
    expect(light).not.toContain(darkMedia);
    expect(light).toContain('@media not all{');
  });

  test('does not change content that mentions the media query', async () => {
    await composed(pairOf({ name: darkMedia, reviews: panel('ship') }, { reviews: panel('skip') }));
    expect(await read(`/frame/${week}?scheme=dark`)).toContain(`Ship ${darkMedia}`);
  });

  test('runs no script, has no origin and can only be embedded by these pages', async () => {
    await composed(cursorAndCopilot);
    const policy = (await get(`/frame/${week}?scheme=dark`)).headers.get('content-security-policy');
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("style-src 'unsafe-inline'");
    expect(policy).toContain("frame-ancestors 'self'");
    expect(policy).toMatch(/sandbox allow-popups/);
    expect(policy).not.toContain('allow-scripts');
  });
});
