import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

const axe = readFile(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8');

/** The rules that depend on colour scheme and width; all others look at the markup only. */
const visualRules = ['color-contrast', 'link-in-text-block', 'target-size', 'scrollable-region-focusable'];

/** The violations that axe finds on the page in its current state, contrast (AA) included, as `rule: element`. */
export async function violationsOf(page: Page, rules: 'all' | 'visual' = 'all'): Promise<readonly string[]> {
  await page.evaluate(await axe);
  const options = { resultTypes: ['violations'], ...(rules === 'all' ? {} : { runOnly: visualRules }) };
  return page.evaluate<string[]>(`axe.run(${JSON.stringify(options)}).then(({ violations }) =>
    violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ': ' + html.slice(0, 160))))`);
}

/** Expects that axe finds no violations, in light and in dark. */
export async function expectAccessible(page: Page): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await violationsOf(page), `${page.url()}, ${colorScheme}`).toEqual([]);
  }
}
