import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';

const source = readFile(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8');

/** The rules whose answer depends on the scheme or the width; the others look at the markup alone. */
const ofLooks = ['color-contrast', 'link-in-text-block', 'target-size', 'scrollable-region-focusable'];

/** What axe finds wrong on the page as it looks now (contrast AA included): `rule: element`. */
export async function violationsOf(
  page: Page,
  rules: 'all' | 'those of looks' = 'all',
): Promise<readonly string[]> {
  await page.evaluate(await source);
  const options = { resultTypes: ['violations'], ...(rules === 'all' ? {} : { runOnly: ofLooks }) };
  return page.evaluate<string[]>(`axe.run(${JSON.stringify(options)}).then(({ violations }) =>
    violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ': ' + html.slice(0, 160))))`);
}
