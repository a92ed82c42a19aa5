import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { renderIssue } from '../../src/render/render-issue.ts';
import { aPublication } from '../support/content/fixtures.ts';
import { oddWeek } from '../support/content/odd-week.ts';
import { sampleWeek } from '../support/content/sample-week.ts';
import { chromePath, openBrowser } from '../support/pages/browser.ts';
import { openMailPage, type Scheme, showMail } from '../support/pages/mail-page.ts';

// npm run shots [folder]: takes pictures of sample issues and of odd content, to be looked at. `top-…` is what a reader
// sees first; the pictures in docs/images are made from them.
const [folder = 'shots'] = process.argv.slice(2);

if (chromePath === null) process.exit(1);
await mkdir(folder, { recursive: true });
const browser = await openBrowser();
const page = await openMailPage(browser);
const publication = aPublication({ name: 'Weekly AI Tool Verdicts' });

for (const [name, content] of [
  ...[1, 5, 12].map((count) => [`week-of-${count}`, sampleWeek(count)] as const),
  ['odd-week', oddWeek()] as const,
]) {
  const { html } = await renderIssue(content, publication);
  for (const width of [320, 600, 700])
    for (const scheme of ['light', 'dark'] satisfies Scheme[]) {
      await showMail(page, html, { width, scheme, height: 1_000 });
      const takePicture = async (file: string, fullPage: boolean) => {
        const path = join(folder, `${file}-${width}-${scheme}.png`);
        await page.screenshot({ path, fullPage });
        process.stdout.write(`${path}\n`);
      };
      await takePicture(name, true);
      if (name === 'week-of-5') await takePicture('top', false);
    }
}
await browser.close();
