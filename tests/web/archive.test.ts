import { sql } from 'drizzle-orm';
import type { Hono } from 'hono';
import { beforeEach, describe, expect, it } from 'vitest';
import { approveIssue } from '../../src/pipeline/compose/approve-issue.ts';
import { composeIssue } from '../../src/pipeline/compose/compose-issue.ts';
import { editIssue } from '../../src/pipeline/compose/edit-issue.ts';
import { freezeIssue } from '../../src/pipeline/send/freeze-issue.ts';
import { cancelIssue } from '../../src/pipeline/send/hold-pause-resume-cancel.ts';
import { publicApp } from '../../src/web/public/app.ts';
import { addSentIssues } from '../support/database/sent-issues.ts';
import { addReaders } from '../support/database/subscribers.ts';
import { readAtom } from '../support/pages/read-atom.ts';
import { importAll, published, storedIssue } from '../support/pipeline/compose.ts';
import { sharedPipeline } from '../support/pipeline/shared-pipeline.ts';
import { must, type TestPipeline, tuesday, week } from '../support/pipeline/test-pipeline.ts';

const shared = sharedPipeline();
const failures: unknown[] = [];
beforeEach(() => {
  failures.length = 0;
});

const appOn = (pipeline: TestPipeline) => publicApp(pipeline, { onError: (error) => failures.push(error) });

const ofIssue = [`/issues/${week}`, `/issues/${week}/frame`, `/issues/${week}.txt`];

async function statuses(app: Hono, paths: readonly string[]): Promise<number[]> {
  return Promise.all(paths.map(async (path) => (await app.request(path)).status));
}

const text = async (app: Hono, path: string) => (await app.request(path)).text();

describe('the archive', () => {
  it('shows an issue from the moment it is frozen, and not after it is cancelled', async () => {
    const pipeline = await shared.approved(3);
    const app = appOn(pipeline);
    expect(await statuses(app, ofIssue)).toEqual([404, 404, 404]);
    expect(await text(app, '/issues')).toContain('has not gone out yet');
    expect(readAtom(await text(app, '/feed.xml')).entries).toEqual([]);

    must(await freezeIssue(pipeline, week, 'Ada'));
    const { subject } = await storedIssue(pipeline.db);
    expect(await statuses(app, ofIssue)).toEqual([200, 200, 200]);
    expect(await text(app, '/issues')).toContain(`<a href="/issues/${week}" dir="auto">${subject}</a>`);
    expect(readAtom(await text(app, '/feed.xml')).entries).toHaveLength(1);
    expect(await text(app, '/')).toContain(`href="/issues/${week}"`);

    must(await cancelIssue(pipeline, week, { by: 'Ada' }));
    expect(await statuses(app, ofIssue)).toEqual([404, 404, 404]);
    expect(readAtom(await text(app, '/feed.xml')).entries).toEqual([]);
    expect(failures).toEqual([]);
  });

  it('shows no token, address or placeholder on any page', async () => {
    const pipeline = await shared.frozen(3);
    const app = appOn(pipeline);
    const { placeholder } = await storedIssue(pipeline.db);
    const { rows } = await pipeline.db.execute<{ email: string; token: string }>(
      sql`select email, reader_token as token from subscribers`,
    );
    for (const path of [...ofIssue, '/issues', '/feed.xml']) {
      const body = await text(app, path);
      for (const secret of [placeholder, '/u/', '/preferences/', ...rows.flatMap(Object.values)])
        expect(body, path).not.toContain(secret);
    }
  });

  it('shows the issue as it was sent, in a frame with its own policy that runs no script', async () => {
    const app = appOn(await shared.frozen(1));
    const page = await app.request(`/issues/${week}`);
    const body = await page.text();
    expect(body).toContain(`src="/issues/${week}/frame"`);
    expect(body).toMatch(/<iframe [^>]*sandbox="allow-popups allow-popups-to-escape-sandbox"/);
    expect(page.headers.get('content-security-policy')).toMatch(/style-src 'self';.*frame-ancestors 'none'/);
    const frame = await app.request(`/issues/${week}/frame`);
    expect(frame.headers.get('content-security-policy')).toMatch(
      /default-src 'none'; style-src 'unsafe-inline';.*frame-ancestors 'self'; sandbox allow-popups/,
    );
    expect(await frame.text()).toContain('<base target="_blank"></head>');
    expect((await app.request(`/issues/${week}.txt`)).headers.get('content-type')).toMatch(/^text\/plain/);
  });

  it('has Open Graph tags, and links to its other formats', async () => {
    const pipeline = await shared.frozen(1);
    const { subject, preheader } = await storedIssue(pipeline.db);
    const body = await text(appOn(pipeline), `/issues/${week}`);
    for (const tag of [
      `<link rel="canonical" href="https://news.example/issues/${week}">`,
      `<link rel="alternate" type="text/plain" href="https://news.example/issues/${week}.txt"`,
      '<link rel="alternate" type="application/atom+xml" href="/feed.xml"',
      `<meta property="og:title" content="${subject}">`,
      `<meta property="og:description" content="${preheader}">`,
      `<meta property="og:url" content="https://news.example/issues/${week}">`,
      `<meta property="article:published_time" content="${tuesday.toISOString()}">`,
    ])
      expect(body).toContain(tag);
  });

  it('answers 304 until there is something new', async () => {
    const pipeline = await shared.frozen(1);
    const app = appOn(pipeline);
    const paths = [...ofIssue, '/issues', '/feed.xml'];
    const etags = await Promise.all(
      paths.map(async (path) => {
        const answer = await app.request(path);
        expect(answer.headers.get('cache-control'), path).toBe('public, max-age=60');
        return answer.headers.get('etag') ?? '';
      }),
    );
    const again = () =>
      Promise.all(
        paths.map(async (path, n) => {
          const answer = await app.request(path, { headers: { 'If-None-Match': etags[n] ?? '' } });
          if (answer.status === 304) expect(await answer.text()).toBe('');
          return answer.status;
        }),
      );
    expect(await again()).toEqual([304, 304, 304, 304, 304]);
    await addSentIssues(pipeline.db, 1);
    // The issue is the same, but its page has a neighbour now.
    expect(await again()).toEqual([200, 304, 304, 200, 200]);
    expect((await app.request('/issues/2026-W01')).headers.get('cache-control')).toBeNull();
  });

  it('links each issue to its neighbours, and answers 404 for anything else', async () => {
    const pipeline = shared.empty();
    await addReaders(pipeline.db, 1);
    await addSentIssues(pipeline.db, 3);
    const app = appOn(pipeline);
    const body = await text(app, '/issues/2025-W02');
    expect(body).toMatch(/Earlier<\/span> <a href="\/issues\/2025-W01"/);
    expect(body).toMatch(/Later<\/span> <a href="\/issues\/2025-W03"/);
    const list = await text(app, '/issues');
    expect(list.indexOf('2025-W03')).toBeLessThan(list.indexOf('2025-W01'));
    const absent = ['2025-W04', '2025-W99', '2025-w02', '2025-W02.html', "'%20or%201=1", '%00'];
    const paths = absent.flatMap((name) => [
      `/issues/${name}`,
      `/issues/${name}.txt`,
      `/issues/${name}/frame`,
    ]);
    expect(new Set(await statuses(app, paths))).toEqual(new Set([404]));
    expect((await app.request('/issues/2025-W02', { method: 'HEAD' })).status).toBe(200);
    const posted = await app.request('/issues/2025-W02', { method: 'POST' });
    expect([posted.status, posted.headers.get('allow')]).toEqual([405, 'GET']);
    expect(failures).toEqual([]);
  });
});

describe('odd text in the archive and the feed', () => {
  const odd = ']]>]]><script>alert(1)</script> & "quoted" ינשוף 🦉 &amp;';

  it('is escaped: it ends no element, attribute or CDATA section', async () => {
    const pipeline = shared.empty({
      publication: {
        name: 'Verdicts <b> & "co" ]]>',
        publicUrl: 'https://news.example',
        siteUrl: null,
        postalAddress: '</p><script>alert(2)</script>',
      },
    });
    await importAll(pipeline.db, [
      published('odd', new Date('2026-11-20T09:00:00Z'), {
        tools: [
          { ...published('x', tuesday).tools[0], name: odd },
          { ...published('y', tuesday).tools[1], name: 'مرحبا' },
        ],
        url: 'https://verdicts.example/compare?a=1&b="><script>',
      }),
    ]);
    await addReaders(pipeline.db, 1);
    must(await composeIssue(pipeline, week, { by: 'Ada' }));
    must(await editIssue(pipeline, week, { subject: `Issue ${odd}`, preheader: odd }, 'Ada'));
    must(await approveIssue(pipeline, week, { by: 'test' }));
    must(await freezeIssue(pipeline, week, 'Ada'));
    const app = appOn(pipeline);
    for (const path of ['/issues', ...ofIssue.slice(0, 2), '/']) {
      const body = await text(app, path);
      expect(body, path).not.toContain('<script');
    }
    const { feed, links, entries } = readAtom(await text(app, '/feed.xml'));
    expect(feed.title).toBe('Verdicts <b> & "co" ]]>');
    expect(links).toEqual({
      alternate: 'https://news.example/issues',
      self: 'https://news.example/feed.xml',
    });
    expect(entries).toMatchObject([
      {
        id: `https://news.example/issues/${week}`,
        link: `https://news.example/issues/${week}`,
        updated: tuesday.toISOString(),
      },
    ]);
    // Titles and contents are HTML within the XML: still escaped there.
    expect(entries[0]?.title).toContain(']]&gt;]]&gt;&lt;script&gt;');
    expect(entries[0]?.content).not.toContain('<script');
  });
});
