import type { Browser, Page } from 'playwright-core';

export type Scheme = 'light' | 'dark';

/** A page without network, which shows one mail after the other: opening a page takes longer than most checks. */
export async function openMailPage(browser: Browser): Promise<Page> {
  const page = await browser.newPage();
  await page.route('**/*', (route) => route.abort());
  return page;
}

/** Shows the mail at this width and in this scheme, as a mail client would. */
export async function showMail(
  page: Page,
  html: string,
  { width, scheme, height = 900 }: { width: number; scheme: Scheme; height?: number },
): Promise<void> {
  await page.setViewportSize({ width, height });
  await page.emulateMedia({ colorScheme: scheme });
  await page.setContent(html, { waitUntil: 'domcontentloaded' });
}

/** The elements that stick out of the page on either side, as `tag: text`. */
export function overflowOf(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(`(() => {
    const width = document.documentElement.clientWidth;
    const out = [...document.body.querySelectorAll('*')].filter((element) => {
      const { left, right, width: wide } = element.getBoundingClientRect();
      return wide > 0 && (left < 0 || right > width + 0.5);
    });
    const scrolls = document.documentElement.scrollWidth > width ? ['html scrolls sideways'] : [];
    return [...scrolls, ...out.map((element) => element.tagName + ': ' + element.textContent.slice(0, 60))];
  })()`);
}

/** A computed colour of the first element that matches, as #rrggbb. */
export async function colourOf(
  page: Page,
  selector: string,
  property: 'color' | 'backgroundColor',
): Promise<string> {
  const value = await page.evaluate<string>(
    `getComputedStyle(document.querySelector(${JSON.stringify(selector)}))[${JSON.stringify(property)}]`,
  );
  const channels = value.match(/\d+/g)?.slice(0, 3) ?? [];
  return `#${channels.map((channel) => Number(channel).toString(16).padStart(2, '0')).join('')}`;
}
