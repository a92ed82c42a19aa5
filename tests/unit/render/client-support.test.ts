import { expect, test } from 'vitest';
import { renderIssue } from '../../../src/render/render-issue.ts';
import { aPublication } from '../../support/content/fixtures.ts';
import { sampleWeek } from '../../support/content/sample-week.ts';
import { unsupportedFeatures } from '../../support/mail/client-support.ts';

const render = async (count: number) =>
  (await renderIssue(sampleWeek(count, { intro: 'Hello.\n\nTwo paragraphs.' }), aPublication())).html;

test.each([1, 3, 5, 8, 12])(
  'a sample week of %i uses no feature that a client lacks, except those that readers do not miss',
  async (count) => {
    expect(unsupportedFeatures(await render(count))).toEqual([]);
  },
);

test('a layout that clients do not support is found', async () => {
  const html = (await render(1)).replace('style="padding:24px', 'style="position:absolute;padding:24px');
  expect(unsupportedFeatures(html)).toContain('gmail.desktop-webmail lacks position');
  expect(unsupportedFeatures(html)).toContain('outlook.windows lacks position');
});
