import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const usual = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** `CHROME_PATH`, which must be right where it is set, or what the system has; null where there is none. */
export const chromePath: string | null =
  process.env.CHROME_PATH || (usual.find((path) => existsSync(path)) ?? null);

if (chromePath === null)
  process.stderr.write(
    'The browser tests cannot run: no Chromium here. Install one, or name it with CHROME_PATH.\n',
  );

export function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: chromePath ?? '',
    args: [
      ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'],
      ...['--disable-background-networking', '--disable-component-update'],
    ],
  });
}
