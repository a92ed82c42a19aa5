import { source as axe } from 'axe-core';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

/** In both schemes; the findings of axe, which must be none. */
export async function expectAccessible(page: Page): Promise<void> {
  await page.evaluate(axe);
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    const found = await page.evaluate<unknown[]>(
      'axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) => violations.map(({ id, nodes }) => [id, nodes.map(({ html, failureSummary }) => [html, failureSummary])]))',
    );
    expect(found, `${page.url()}, ${colorScheme}`).toEqual([]);
  }
}
