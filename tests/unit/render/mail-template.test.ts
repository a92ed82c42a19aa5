import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { compileTemplate, type TemplateValues } from '../../../src/render/compile-template.ts';
import { checkTemplates, renderMail } from '../../../src/render/mail-template.ts';

const renderTemplate = async (file: string, source: string, values: TemplateValues) =>
  (await compileTemplate(file, source, Object.keys(values)))(values);

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

const wrap = (body: string, head = '<mj-title>Hi</mj-title>') =>
  `<mjml>\n<mj-head>${head}</mj-head>\n<mj-body><mj-section><mj-column>\n${body}\n</mj-column></mj-section></mj-body>\n</mjml>`;

describe.concurrent('a transactional mail', () => {
  test('tells the editors of a draft, in html and in text', async () => {
    const mail = await renderMail('draft-ready', draft);
    expect(mail.subject).toBe('Draft ready: Weekly Verdicts 2026-W47');
    for (const value of Object.values(draft).flat()) expect(mail.text).toContain(value);
    expect(mail.html).toContain('A vs B: Ship &lt;A&gt; &amp; &quot;B&quot;');
    expect(mail.html).toContain('A vs B: Ship A<br>C vs D: &lt;script&gt;');
    expect(mail.html).not.toMatch(/<script|googleapis|\{\{/);
    expect(mail.html).toContain('prefers-color-scheme:dark');
    expect(mail.html.match(/<h1\b/g)).toHaveLength(1);
    // The theme's dark rules hang on it.
    expect(mail.html).toMatch(/<body[^>]* class="mj"/);
  });

  test('begins its text with the first visible line, not with the preview', async () => {
    expect((await renderMail('draft-ready', draft)).text).toMatch(/^Draft ready · 2026-W47\n/);
  });

  test('keeps a value on one line in the subject', async () => {
    const mail = await renderTemplate(
      't.mjml',
      wrap('<mj-text>{{a}}</mj-text>', '<mj-title>To {{a}}</mj-title>'),
      {
        a: 'you\r\nBcc: me',
      },
    );
    expect(mail.subject).toBe('To you Bcc: me');
  });

  test('takes a value that looks like a placeholder or a replacement as it is', async () => {
    const mail = await renderTemplate('t.mjml', wrap('<mj-text>{{a}} {{b}}</mj-text>'), {
      a: '{{b}}',
      b: '$& $1',
    });
    expect(mail.text).toBe('{{b}} $& $1\n');
    expect(mail.html).toContain('{{b}} $&amp; $1');
  });

  test.each<[string, string, Record<string, string>, RegExp]>([
    [
      'a placeholder without a value',
      '<mj-text>\n{{nam}}</mj-text>',
      { name: 'x' },
      /^t\.mjml:5: \{\{nam\}\} has no value; there are name$/,
    ],
    [
      'a value without a placeholder',
      '<mj-text>hi</mj-text>',
      { name: 'x' },
      /^t\.mjml:1: the value "name" is used nowhere/,
    ],
    ['a placeholder inside a comment only', '<!-- {{name}} -->', { name: 'x' }, /"name" is used nowhere/],
    [
      'an attribute that MJML does not know',
      '<mj-text\n colour="red">hi</mj-text>',
      {},
      /^t\.mjml:4: <mj-text>: /,
    ],
    ['an unclosed link', '<mj-text><a href="x">hi</mj-text>', {}, /^t\.mjml:4: <a> is not closed before/],
    ['an unclosed mj-text', '<mj-text>hi', {}, /^t\.mjml:4: <mj-text> is not closed before <\/mj-column>$/],
    ['a closing tag too many', 'x</mj-text>', {}, /t\.mjml:3: <mj-column> is not closed before <\/mj-text>/],
    ['a broken placeholder', '<mj-text>{{ na me }}</mj-text>', {}, /^t\.mjml:4: \{\{ without a name/],
    ['an unknown element', '<mj-txt>hi</mj-txt>', {}, /^t\.mjml:4: <mj-txt>: Element mj-txt doesn't exist/],
  ])('refuses %s', async (_, body, values, message) => {
    await expect(renderTemplate('t.mjml', wrap(body), values)).rejects.toThrow(message);
  });

  test('refuses a template without a subject', async () => {
    await expect(renderTemplate('t.mjml', wrap('<mj-text>hi</mj-text>', ''), {})).rejects.toThrow(
      'mj-title is missing',
    );
  });
});

test('a mail with a value too few or too many is refused', async () => {
  const { next: _, ...few } = draft;
  await expect(renderMail('draft-ready', few)).rejects.toThrow('no value for {{next}}');
  await expect(renderMail('draft-ready', { ...draft, more: 'x' })).rejects.toThrow('no placeholder {{more}}');
});

describe('the templates of the project', () => {
  test('compile, each with the placeholders of its mail', async () => {
    expect(await checkTemplates()).toEqual([]);
  });

  test('are refused one by one, with file and line', async () => {
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
          what: expect.stringMatching(/^\{\{goesOutt\}\} has no value/),
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
