import { sql } from 'drizzle-orm';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { addReaders } from '../../support/database/subscribers.ts';
import { expectAccessible } from '../../support/pages/accessibility.ts';
import { chromePath, openBrowser } from '../../support/pages/browser.ts';
import { type ServedPages, servePages } from '../../support/pages/served-pages.ts';
import { mailTo, pathIn, readerMails, runReaderJobs } from '../../support/pipeline/reader-jobs.ts';
import { tuesday } from '../../support/pipeline/test-pipeline.ts';

describe.skipIf(chromePath === null)('in Chromium, without JavaScript and by keyboard', () => {
  let browser: Browser;
  let served: ServedPages;
  let page: Page;
  let address: string;
  let token: string;

  beforeAll(async () => {
    [browser, served] = await Promise.all([openBrowser(), servePages()]);
  });
  afterAll(async () => {
    await browser.close();
    await served.close();
    expect(served.failures).toEqual([]);
  });
  beforeEach(async () => {
    await served.db.execute(
      sql`truncate subscribers, suppressions, sign_ups, mailed_links, request_limits cascade`,
    );
    await addReaders(served.db, 1);
    const { rows } = await served.db.execute<{ email: string; reader_token: string }>(
      sql`select email, reader_token from subscribers`,
    );
    [address, token] = [String(rows[0]?.email), String(rows[0]?.reader_token)];
    served.moveTo(tuesday);
    const context = await browser.newContext({ javaScriptEnabled: false });
    page = await context.newPage();
  });
  afterEach(() => page.context().close());

  const open = (path: string) => page.goto(`${served.url}${path}`);
  const heading = () => page.getByRole('heading', { level: 1 }).textContent();
  const text = () => page.getByRole('main').textContent();
  const status = async () =>
    (await served.db.execute(sql`select status from subscribers where email = ${address}`)).rows[0]?.status;

  /** Tabs to a control of this name, as somebody without a mouse does, and presses Enter. */
  async function pressByKeyboard(name: string): Promise<void> {
    const control = page.locator(':focus');
    for (let tabs = 0; tabs < 25; tabs += 1) {
      await page.keyboard.press('Tab');
      if ((await control.textContent())?.trim() === name) {
        await Promise.all([page.waitForEvent('load'), page.keyboard.press('Enter')]);
        return;
      }
    }
    throw new Error(`no control named "${name}" is reached with Tab`);
  }

  /** Returns the path of the link to confirm. An address of its own for each test: the outbox keeps the mails of all. */
  async function signUp(email: string): Promise<string> {
    await open('/');
    await page.getByLabel('Email address').fill(email);
    served.moveTo(new Date(tuesday.getTime() + 60_000));
    await pressByKeyboard('Sign up');
    await runReaderJobs(served);
    return pathIn(await mailTo(served, email, 'confirm'), '/confirm/');
  }

  /** In a window that runs axe; a page of these shows the same again when it is opened again. */
  async function expectAccessibleAt(path: string): Promise<void> {
    const context = await browser.newContext({ bypassCSP: true, viewport: { width: 320, height: 700 } });
    const other = await context.newPage();
    await other.goto(`${served.url}${path}`);
    await expectAccessible(other);
    expect(await other.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(320);
    await context.close();
  }

  test('a link with something around it unsubscribes', async () => {
    await open(`/u/%3C${token}%3E.`);
    await pressByKeyboard('Unsubscribe');
    expect(await heading()).toBe('Goodbye');
    expect(await status()).toBe('unsubscribed');
  });

  test('a damaged link says so, and its form mails links that work', async () => {
    await open(`/u/${token.slice(0, -3)}`);
    expect(await heading()).toBe('This link is damaged');
    expect(await text()).not.toMatch(/You are unsubscribed/);
    await page.getByLabel('Email address').focus();
    await page.keyboard.type(address);
    served.moveTo(new Date(tuesday.getTime() + 60_000));
    await Promise.all([page.waitForEvent('load'), page.keyboard.press('Enter')]);
    expect(await text()).toContain('If your address is one of our subscribers’');
    await runReaderJobs(served);
    await open(pathIn(await mailTo(served, address, 'links'), '/u/'));
    await pressByKeyboard('Unsubscribe');
    expect(await status()).toBe('unsubscribed');
    await expectAccessibleAt(`/u/${token.slice(0, -3)}`);
  });

  test('a used link to confirm says that its reader has left since', async () => {
    const confirm = await signUp('ada@readers.example');
    await open(confirm);
    await pressByKeyboard('Confirm my subscription');
    expect(await heading()).toBe('Welcome, you are in');
    await served.db.execute(sql`update subscribers set status = 'unsubscribed', unsubscribed_at = now()`);
    await open(confirm);
    expect(await text()).toContain('You have left since');
    expect(await text()).not.toContain('expired');
    await expectAccessibleAt(confirm);
  });

  test('a link to confirm that is older than seven days says that it has expired', async () => {
    const confirm = await signUp('bob@readers.example');
    served.moveTo(new Date(tuesday.getTime() + 7.5 * 24 * 3_600_000));
    await open(confirm);
    expect(await text()).toContain('has expired');
    await expectAccessibleAt(confirm);
  });

  test('a goodbye can be taken back, once', async () => {
    const mailedBefore = await readerMails(served);
    await open(`/u/${token}`);
    await pressByKeyboard('Unsubscribe');
    expect(await status()).toBe('unsubscribed');
    const goodbye = page.url();
    await pressByKeyboard('Keep my subscription');
    expect(await text()).toContain('You are subscribed again');
    expect(await status()).toBe('confirmed');
    await runReaderJobs(served);
    expect(await readerMails(served)).toEqual(mailedBefore);
    await page.goto(goodbye);
    await pressByKeyboard('Unsubscribe');
    await open(`/u/${token}`);
    expect(await page.getByRole('button', { name: 'Keep my subscription' }).count()).toBe(0);
  });

  test.each([
    ['hard_bounce', /came back/, true],
    ['complaint', /spam/, true],
    ['manual', /Our editors have stopped mail/, false],
  ])('whoever is suppressed for %s reads why, and what helps', async (reason, says, signUpHelps) => {
    await served.db.execute(sql`insert into suppressions (email, reason) values (${address}, ${reason})`);
    await open(`/preferences/${token}`);
    expect(await text()).toMatch(says);
    expect(await text()).not.toMatch(/every issue/);
    expect(await page.getByRole('link', { name: 'Sign up again' }).count()).toBe(signUpHelps ? 1 : 0);
    await expectAccessibleAt(`/preferences/${token}`);
    await pressByKeyboard('Unsubscribe');
    expect(await status()).toBe('unsubscribed');
  });
});
