import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { renderIssue } from '../../src/render/render-issue.ts';
import { findChromium, launchChromium, openMail } from '../support/browser.ts';
import { aPublication } from '../support/fixtures.ts';
import { sampleWeek } from '../support/sample-week.ts';

// npm run shots [folder]: pictures of the sample issues, to be looked at.
const [folder = 'shots'] = process.argv.slice(2);
const executable = findChromium();
if (executable === null) {
  process.stderr.write('No Chromium found: install one, or set CHROME_PATH.\n');
  process.exit(1);
}
await mkdir(folder, { recursive: true });
const browser = await launchChromium(executable);
for (const count of [1, 5, 12]) {
  const { html } = await renderIssue(sampleWeek(count), aPublication({ name: 'Weekly AI Tool Verdicts' }));
  for (const width of [320, 600, 700, 1200])
    for (const scheme of ['light', 'dark'] as const) {
      const page = await openMail(browser, html, { width, scheme });
      const path = join(folder, `issue-${count}-${width}-${scheme}.png`);
      await page.screenshot({ path, fullPage: true });
      process.stdout.write(`${path}\n`);
      await page.close();
    }
}
await browser.close();
