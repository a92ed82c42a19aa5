import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';

const source = readFile(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8');

/** What axe finds wrong on the page, all of its rules (contrast AA included): `rule: element`. */
export async function violationsOf(page: Page): Promise<readonly string[]> {
  await page.evaluate(await source);
  const run = `axe.run().then(({ violations }) =>
    violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ': ' + html.slice(0, 160))))`;
  return page.evaluate<string[]>(run);
}
