import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { htmlBudgetBytes } from '../../src/domain/issue/rendered-issue.ts';
import { type MailName, mailPlaceholders } from '../../src/domain/sending/short-mails.ts';
import { renderIssue } from '../../src/render/render-issue.ts';
import { renderMail } from '../../src/render/render-mail.ts';
import { sampleMails } from '../../src/sample/mails.ts';
import { dark, light } from '../../src/theme.ts';
import { aPublication } from '../support/content/fixtures.ts';
import { oddWeek, oddWords } from '../support/content/odd-week.ts';
import { sampleWeek } from '../support/content/sample-week.ts';
import { violationsOf } from '../support/pages/accessibility.ts';
import { chromePath, openBrowser } from '../support/pages/browser.ts';
import { colourOf, openMailPage, overflowOf, showMail } from '../support/pages/mail-page.ts';

const weeks = [
  ...[1, 5, 12].map((count) => [`a sample week of ${count}`, sampleWeek(count)] as const),
  ['a week of odd content', oddWeek()] as const,
];

describe.runIf(chromePath !== null)('in a browser', () => {
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    browser = await openBrowser();
    page = await openMailPage(browser);
  });
  afterAll(() => browser?.close());

  describe.each(weeks)('%s', (_, content) => {
    let html: string;
    beforeAll(async () => {
      ({ html } = await renderIssue(content, aPublication()));
    });

    test('is within the size budget', () => {
      expect(Buffer.byteLength(html)).toBeLessThanOrEqual(htmlBudgetBytes);
    });

    test('fits the width of a phone, even without the style sheet', async () => {
      for (const mail of [html, html.replace(/<style>[\s\S]*?<\/style>/, '')]) {
        await showMail(page, mail, { width: 320, scheme: 'light' });
        expect(await overflowOf(page)).toEqual([]);
      }
    });

    test('has no accessibility violations at 375 and 700 px, light and dark', async () => {
      await showMail(page, html, { width: 375, scheme: 'light' });
      expect(await violationsOf(page)).toEqual([]);
      for (const [width, colorScheme] of [
        [375, 'dark'],
        [700, 'dark'],
        [700, 'light'],
      ] as const) {
        await page.setViewportSize({ width, height: 900 });
        await page.emulateMedia({ colorScheme });
        expect(await violationsOf(page, 'colours and sizes')).toEqual([]);
      }
    });
  });

  describe.each(Object.keys(mailPlaceholders) as MailName[])('the short mail %s', (name) => {
    test('fits a phone and has no accessibility violations, light and dark', async () => {
      const { html } = await renderMail(name, sampleMails[name]);
      await showMail(page, html, { width: 320, scheme: 'light' });
      expect(await overflowOf(page)).toEqual([]);
      expect(await violationsOf(page)).toEqual([]);
      await page.emulateMedia({ colorScheme: 'dark' });
      expect(await violationsOf(page, 'colours and sizes')).toEqual([]);
      expect(await colourOf(page, 'body', 'backgroundColor')).toBe(dark.paper);
    });
  });

  test('overflow and low contrast are found', async () => {
    const { html } = await renderIssue(sampleWeek(1), aPublication());
    const spoilt = html
      .replace('</h1>', '</h1><div style="width:330px">wide</div>')
      .replaceAll(dark.muted, '#444444');
    await showMail(page, spoilt, { width: 320, scheme: 'dark' });
    expect(await overflowOf(page)).toContain('DIV: wide');
    expect((await violationsOf(page, 'colours and sizes')).join()).toContain('color-contrast');
  });

  test('has paper and ink in both schemes, and ship and skip in their colours', async () => {
    const { html } = await renderIssue(sampleWeek(3), aPublication());
    for (const [scheme, palette] of [
      ['light', light],
      ['dark', dark],
    ] as const) {
      await showMail(page, html, { width: 700, scheme });
      expect(await colourOf(page, 'body', 'backgroundColor')).toBe(palette.paper);
      expect(await colourOf(page, '[role=article]', 'backgroundColor')).toBe(palette.paper);
      for (const element of ['h1', 'h2', 'h3 a', 'th[scope=row]', 'td p', 'td b'])
        expect(await colourOf(page, element, 'color')).toBe(palette.ink);
      expect(await colourOf(page, 'td .sh', 'color')).toBe(palette.ship);
      expect(await colourOf(page, 'td .sk', 'color')).toBe(palette.skip);
      expect(await colourOf(page, 'h2 .mu', 'color')).toBe(palette.muted);
    }
  });

  test('is one column of at most 600 px, in which the verdicts of each tool line up', async () => {
    const { html } = await renderIssue(sampleWeek(1), aPublication());
    await showMail(page, html, { width: 1200, scheme: 'light' });
    const column = await page.locator('[role=article] > table').boundingBox();
    expect(column).toMatchObject({ x: 300, width: 600 });
    const rights = await page.evaluate<number[]>(
      `[...document.querySelectorAll('table:not([role]) tr')].filter((row) => row.cells.length === 3)
        .flatMap((row) => [row.cells[1], row.cells[2]].map((cell) => Math.round(cell.getBoundingClientRect().right)))`,
    );
    expect(rights.length).toBeGreaterThan(8);
    expect(new Set(rights).size).toBe(2);
  });

  test('shows odd words unchanged and runs none of them', async () => {
    const { html } = await renderIssue(oddWeek(), aPublication());
    await showMail(page, html, { width: 700, scheme: 'light' });
    const shown = (await page.evaluate<string>('document.body.innerText')).replace(/\s+/g, ' ');
    for (const words of Object.values(oddWords)) expect(shown).toContain(words);
    expect(await page.locator('script, iframe, object, [onerror], [onload]').count()).toBe(0);
    // Right-to-left words start on the right.
    const turned = `[...document.querySelectorAll('h3:dir(rtl)')].map((element) => element.textContent)`;
    expect(String(await page.evaluate(turned))).toContain(oddWords.rightToLeft);
  });
});
