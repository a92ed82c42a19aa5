import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectAccessible } from '../support/pages/accessibility.ts';
import { chromePath, openBrowser } from '../support/pages/browser.ts';
import { type ServedPages, servePages } from '../support/pages/served-pages.ts';
import { frozenIssue } from '../support/pipeline/frozen-issue.ts';
import { week } from '../support/pipeline/test-pipeline.ts';

describe.skipIf(chromePath === null)('the archive in Chromium', () => {
  let browser: Browser;
  let served: ServedPages;

  beforeAll(async () => {
    [browser, served] = await Promise.all([openBrowser(), servePages()]);
    await frozenIssue(2, undefined, served);
  });
  afterAll(async () => {
    await browser.close();
    await served.close();
    expect(served.failures).toEqual([]);
  });

  test('shows the issue in its frame, wide enough on every screen, with no scripts and nothing from another site', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    const requested: string[] = [];
    page.on('request', (request) => requested.push(new URL(request.url()).origin));
    const refused: string[] = [];
    page.on('console', (message) => refused.push(message.text()));
    for (const width of [320, 600, 1200]) {
      await page.setViewportSize({ width, height: 800 });
      await page.goto(`${served.url}/issues`);
      await Promise.all([
        page.waitForURL(`**/issues/${week}`),
        page.getByRole('link', { name: ' vs ' }).click(),
      ]);
      const frame = page.frameLocator('iframe');
      await frame.getByRole('link', { name: 'Read on the web' }).waitFor();
      expect(await frame.getByRole('link', { name: 'Unsubscribe' }).count()).toBe(0);
      const box = await page.locator('iframe').boundingBox();
      expect(box?.width).toBeGreaterThanOrEqual(Math.min(width, 600));
      expect(box?.width).toBeLessThanOrEqual(width);
    }
    expect(new Set(requested)).toEqual(new Set([served.url]));
    expect(refused.filter((text) => /policy|refused|blocked/i.test(text))).toEqual([]);
    await context.close();
  });

  test('passes axe in light and dark', async () => {
    const context = await browser.newContext({ bypassCSP: true, viewport: { width: 375, height: 700 } });
    const page = await context.newPage();
    for (const path of ['/issues', `/issues/${week}`]) {
      await page.goto(`${served.url}${path}`);
      await expectAccessible(page);
    }
    await context.close();
  });
});
