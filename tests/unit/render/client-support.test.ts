import { expect, test } from 'vitest';
import { renderIssue } from '../../../src/render/render-issue.ts';
import { aPublication } from '../../support/content/fixtures.ts';
import { sampleWeek } from '../../support/content/sample-week.ts';
import { surprises } from '../../support/mail/client-support.ts';

const render = async (count: number) =>
  (await renderIssue(sampleWeek(count, { intro: 'Hello.\n\nTwo paragraphs.' }), aPublication())).html;

test.each([1, 3, 5, 8, 12])(
  'a sample week of %i uses nothing that a client lacks, but for what reads as well without',
  async (count) => {
    expect(surprises(await render(count))).toEqual([]);
  },
);

test('a layout that a client does not have is seen', async () => {
  const html = (await render(1)).replace('style="padding:24px', 'style="position:absolute;padding:24px');
  expect(surprises(html)).toContain('gmail.desktop-webmail lacks position');
  expect(surprises(html)).toContain('outlook.windows lacks position');
});
