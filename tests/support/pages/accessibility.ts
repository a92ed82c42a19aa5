import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

const axe = readFile(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8');

/** Rules for a look at a page in another state; all others look at the markup only. */
const rulesFor = {
  colours: ['color-contrast', 'link-in-text-block'],
  'colours and sizes': [
    ...['color-contrast', 'link-in-text-block'],
    ...['target-size', 'scrollable-region-focusable'],
  ],
};

/** The violations that axe finds on the page in its current state, contrast (AA) included, as `rule: element`. */
export async function violationsOf(
  page: Page,
  rules: 'all' | keyof typeof rulesFor = 'all',
): Promise<readonly string[]> {
  await page.evaluate(await axe);
  const options = { resultTypes: ['violations'], ...(rules === 'all' ? {} : { runOnly: rulesFor[rules] }) };
  return page.evaluate<string[]>(`axe.run(${JSON.stringify(options)}).then(({ violations }) =>
    violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ': ' + html.slice(0, 160))))`);
}

/** Expects that axe finds no violations, in light and in dark. */
export async function expectAccessible(page: Page): Promise<void> {
  for (const [colorScheme, rules] of [
    ['light', 'all'],
    ['dark', 'colours'],
  ] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await violationsOf(page, rules), `${page.url()}, ${colorScheme}`).toEqual([]);
  }
}
