import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { importComparisons } from '../../../src/pipeline/compose/import-comparisons.ts';
import { runWeek } from '../../../src/pipeline/schedule/run-week.ts';
import { sampleComparisons } from '../../../src/sample/comparisons.ts';
import { addReaders } from '../../support/database/subscribers.ts';
import { tableState } from '../../support/database/table-state.ts';
import { readOutbox } from '../../support/mail/read-outbox.ts';
import { expectAccessible } from '../../support/pages/accessibility.ts';
import { chromePath, openBrowser } from '../../support/pages/browser.ts';
import { type ServedPages, servePages } from '../../support/pages/served-pages.ts';
import {
  linksIn,
  mailTo,
  pathIn,
  readerMails,
  recipient,
  runReaderJobs,
} from '../../support/pipeline/reader-jobs.ts';
import { tuesday, week } from '../../support/pipeline/test-pipeline.ts';

const ada = 'ada@readers.example';

describe.skipIf(chromePath === null)('in Chromium', () => {
  let browser: Browser;
  let served: ServedPages;

  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser.close());
  beforeEach(async () => {
    served = await servePages();
  });
  afterEach(async () => {
    await served.close();
    expect(served.failures).toEqual([]);
  });

  const open = async (javaScriptEnabled: boolean): Promise<Page> => {
    const context = await browser.newContext({ javaScriptEnabled, viewport: { width: 375, height: 700 } });
    const page = await context.newPage();
    // The pages need nothing from another site, and request nothing.
    await page.route(
      (url) => url.origin !== served.url,
      (route) => route.abort(),
    );
    return page;
  };

  const press = (page: Page, name: string) =>
    Promise.all([page.waitForEvent('load'), page.getByRole('button', { name }).click()]);

  const heading = (page: Page) => page.getByRole('heading', { level: 1 }).textContent();

  /** Sends the issue of a week; returns the addresses it went to. */
  async function sendIssue(at: Date, key: string): Promise<string[]> {
    served.moveTo(at);
    const comparisons = sampleComparisons(at)
      .slice(0, 1)
      .map((comparison) => ({ ...comparison, slug: `${comparison.slug}-${key.toLowerCase()}` }));
    expect(await importComparisons(served.db, JSON.stringify({ comparisons }))).toMatchObject({ ok: true });
    expect(await runWeek(served, key, 'Ada')).toMatchObject({ ok: true });
    const mails = await readOutbox(join(served.outbox, key)).catch(() => []);
    return mails.map((mail) => recipient(mail) ?? '');
  }

  describe.each([
    ['with JavaScript', true],
    ['without JavaScript', false],
  ])('%s', (_, javaScriptEnabled) => {
    test('sign up, confirm, get an issue, unsubscribe, and get no more issues', async () => {
      const page = await open(javaScriptEnabled);
      const look = async () => {
        if (javaScriptEnabled) await expectAccessible(page);
      };
      await page.goto(served.url);
      await look();
      await page.getByLabel('Email address').fill(ada);
      served.moveTo(new Date(tuesday.getTime() + 60_000));
      await press(page, 'Sign up');
      expect(await heading(page)).toBe('Check your inbox');
      await look();

      await runReaderJobs(served);
      await page.goto(served.url + pathIn(await mailTo(served, ada, 'confirm'), '/confirm/'));
      await look();
      await press(page, 'Confirm my subscription');
      expect(await heading(page)).toBe('Welcome, you are in');
      await look();
      await runReaderJobs(served);
      expect(await mailTo(served, ada, 'welcome')).toBeDefined();

      await addReaders(served.db, 1);
      const [other = ''] = await sendIssue(new Date('2026-11-25T09:00:00Z'), week).then((all) =>
        all.filter((to) => to !== ada),
      );
      const issue = (await readOutbox(join(served.outbox, week))).find((mail) => recipient(mail) === ada);
      await page.goto(served.url + pathIn(issue, '/preferences/'));
      await look();
      await page.goto(served.url + pathIn(issue, '/u/'));
      await look();
      await press(page, 'Unsubscribe');
      expect(await heading(page)).toBe('Goodbye');
      await look();

      await runReaderJobs(served);
      expect(await mailTo(served, ada, 'goodbye')).toBeDefined();
      expect(await sendIssue(new Date('2026-12-01T09:00:00Z'), '2026-W49')).toEqual([other]);
      await page.context().close();
    });
  });

  test('every error and choice is accessible, also by keyboard', async () => {
    const page = await open(true);
    await page.goto(served.url);
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the content');
    await page.getByLabel('Email address').fill('ada@gmial.com');
    served.moveTo(new Date(tuesday.getTime() + 60_000));
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'ada@gmail.com' }).waitFor();
    await expectAccessible(page);
    await page.goto(served.url);
    await page.getByLabel('Email address').fill('ada@nowhere');
    await press(page, 'Sign up');
    expect(await page.getByRole('alert').textContent()).toContain('not an email address');
    await expectAccessible(page);
    await page.goto(`${served.url}/nowhere`);
    await expectAccessible(page);
    await page.context().close();
  });

  test('the form in docs/readers.md works on another site', async () => {
    const page = await open(true);
    const docs = await readFile(new URL('../../../docs/readers.md', import.meta.url), 'utf8');
    const snippet = /^```html\n(.*?)^```/ms.exec(docs)?.[1] ?? '';
    await page.route('http://verdicts.example/', (route) =>
      route.fulfill({
        contentType: 'text/html',
        body: snippet.replace('https://news.example.com', served.url),
      }),
    );
    await page.goto('http://verdicts.example/');
    await page.getByLabel('Email address').fill(ada);
    await press(page, 'Sign up');
    expect(await heading(page)).toBe('Check your inbox');
    await runReaderJobs(served);
    expect(await mailTo(served, ada, 'confirm')).toBeDefined();
    await page.context().close();
  });

  test('a mail scanner that opens every link of every mail changes nothing', async () => {
    const page = await open(true);
    const post = (path: string, body: string) =>
      fetch(served.url + path, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body,
      });
    const signUp = (email: string) => post('/subscribe', `email=${email}`);
    for (const who of ['pending', 'ada', 'left']) await signUp(`${who}@readers.example`);
    await runReaderJobs(served);
    for (const who of ['ada', 'left'])
      await post(pathIn(await mailTo(served, `${who}@readers.example`, 'confirm'), '/confirm/'), '');
    await runReaderJobs(served);
    await sendIssue(new Date('2026-11-25T09:00:00Z'), week);
    const issues = await readOutbox(join(served.outbox, week));
    const [mine, theirs] = ['ada', 'left'].map((who) =>
      issues.find((mail) => recipient(mail) === `${who}@readers.example`),
    );
    await post(pathIn(mine, '/preferences/'), 'action=data');
    await post(pathIn(theirs, '/u/'), 'List-Unsubscribe=One-Click');
    await runReaderJobs(served);
    const mails = [...(await readerMails(served)), ...issues];
    const links = [...new Set(mails.flatMap(linksIn))].filter((url) => url.startsWith(served.url));
    const paths = links.map((link) => new URL(link).pathname.split('/')[1]);
    expect(paths).toEqual(expect.arrayContaining(['confirm', 'u', 'preferences', 'data']));

    const before = await tableState(served.db);
    for (const link of links) {
      await page.goto(link, { waitUntil: 'networkidle' });
      for (const method of ['GET', 'HEAD']) expect((await fetch(link, { method })).status).toBeLessThan(500);
    }
    expect(await tableState(served.db)).toEqual(before);
    await page.context().close();
  });
});
