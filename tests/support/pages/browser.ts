import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const usualPaths = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** `CHROME_PATH` if set, otherwise the system's Chromium or Chrome; null if there is none. */
export const chromePath: string | null =
  process.env.CHROME_PATH || (usualPaths.find((path) => existsSync(path)) ?? null);

if (chromePath === null)
  process.stderr.write('No Chromium found, so browser tests do not run. Install one or set CHROME_PATH.\n');

export function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: chromePath ?? '',
    args: [
      ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'],
      ...['--disable-background-networking', '--disable-component-update'],
    ],
  });
}
