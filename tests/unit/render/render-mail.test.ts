import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { checkTemplates, renderMail } from '../../../src/render/render-mail.ts';

const draft = {
  newsletter: 'Weekly Verdicts',
  week: '2026-W47',
  subject: 'A vs B: Ship <A> & "B"',
  comparisonCount: '2 comparisons',
  comparisons: ['A vs B: Ship A', 'C vs D: <script>alert(1)</script>'],
  findingCount: '1 warning',
  findings: ['warning: the subject shouts'],
  audience: '1,204 readers',
  goesOut: 'Tuesday 24 November 2026, 09:00 UTC',
  next: 'It goes out by itself.',
  previewCommand: 'npm run -s verdicts -- preview',
};

describe.concurrent('a short mail', () => {
  test('tells the editors about a draft, in html and in text', async () => {
    const mail = await renderMail('draft-ready', draft);
    expect(mail.subject).toBe('Draft ready: Weekly Verdicts 2026-W47');
    for (const value of Object.values(draft).flat()) expect(mail.text).toContain(value);
    expect(mail.html).toContain('A vs B: Ship &lt;A&gt; &amp; &quot;B&quot;');
    expect(mail.html).toContain('A vs B: Ship A<br>C vs D: &lt;script&gt;');
    expect(mail.html).not.toMatch(/<script|googleapis|\{\{/);
    expect(mail.html).toContain('prefers-color-scheme:dark');
    expect(mail.html.match(/<h1\b/g)).toHaveLength(1);
    // The theme's dark rules select this class.
    expect(mail.html).toMatch(/<body[^>]* class="mj"/);
  });

  test('starts its text with the first visible line, not with the hidden preview', async () => {
    expect((await renderMail('draft-ready', draft)).text).toMatch(/^Draft ready · 2026-W47\n/);
  });
});

test('a short mail with a missing or an unknown value is refused', async () => {
  const { next: _, ...few } = draft;
  await expect(renderMail('draft-ready', few)).rejects.toThrow('no value for {{next}}');
  await expect(renderMail('draft-ready', { ...draft, more: 'x' })).rejects.toThrow(
    'the template has no placeholder {{more}}',
  );
});

describe('the templates of the project', () => {
  test('compile with the placeholders of their mails', async () => {
    expect(await checkTemplates()).toEqual([]);
  });

  test('are checked one by one, and mistakes are reported with file and line', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'verdicts-templates-'));
    try {
      await cp(fileURLToPath(new URL('../../../templates', import.meta.url)), folder, { recursive: true });
      const spoil = async (name: string, from: string, to: string) => {
        const file = join(folder, `${name}.mjml`);
        await writeFile(
          file,
          (await readFile(file, 'utf8')).replace(from, () => to),
        );
      };
      await spoil('draft-ready', '{{goesOut}}<br />', '{{goesOutt}}<br />');
      await spoil('editor-notice', '{{next}}</mj-text>', '{{next}}');
      await writeFile(join(folder, 'stray.mjml'), '<mjml></mjml>');
      expect(await checkTemplates(pathToFileURL(`${folder}/`))).toEqual([
        {
          where: 'templates/draft-ready.mjml:13',
          what: expect.stringMatching(/^\{\{goesOutt\}\} is not a placeholder/),
        },
        { where: 'templates/editor-notice.mjml:13', what: '<mj-text> is not closed before </mj-column>' },
        { where: 'templates/stray.mjml:1', what: expect.stringMatching(/^no mail uses/) },
      ]);
      await rm(join(folder, 'editor-notice.mjml'));
      expect(await checkTemplates(pathToFileURL(`${folder}/`))).toContainEqual({
        where: 'templates/editor-notice.mjml:1',
        what: 'the file is missing',
      });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
