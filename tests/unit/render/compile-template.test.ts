import { describe, expect, test } from 'vitest';
import { compileTemplate, type TemplateValues } from '../../../src/render/compile-template.ts';

const render = async (source: string, values: TemplateValues) =>
  (await compileTemplate('t.mjml', source, Object.keys(values)))(values);

const wrap = (body: string, head = '<mj-title>Hi</mj-title>') =>
  `<mjml>\n<mj-head>${head}</mj-head>\n<mj-body><mj-section><mj-column>\n${body}\n</mj-column></mj-section></mj-body>\n</mjml>`;

describe.concurrent('a template', () => {
  test('keeps the subject on one line, whatever the value', async () => {
    const source = wrap('<mj-text>{{a}}</mj-text>', '<mj-title>To {{a}}</mj-title>');
    expect((await render(source, { a: 'you\r\nBcc: me' })).subject).toBe('To you Bcc: me');
  });

  test('shows a value that looks like a placeholder or a replacement pattern unchanged', async () => {
    const mail = await render(wrap('<mj-text>{{a}} {{b}}</mj-text>'), { a: '{{b}}', b: '$& $1' });
    expect(mail.text).toBe('{{b}} $& $1\n');
    expect(mail.html).toContain('{{b}} $&amp; $1');
  });

  test.each<[string, string, Record<string, string>, RegExp]>([
    [
      'an unknown placeholder',
      '<mj-text>\n{{nam}}</mj-text>',
      { name: 'x' },
      /^t\.mjml:5: \{\{nam\}\} is not a placeholder of this mail, which has name$/,
    ],
    [
      'an unused placeholder',
      '<mj-text>hi</mj-text>',
      { name: 'x' },
      /^t\.mjml:1: the template does not use \{\{name\}\}/,
    ],
    [
      'a placeholder that is used only in a comment',
      '<!-- {{name}} -->',
      { name: 'x' },
      /does not use \{\{name\}\}/,
    ],
    [
      'an attribute that MJML does not know',
      '<mj-text\n colour="red">hi</mj-text>',
      {},
      /^t\.mjml:4: <mj-text>: /,
    ],
    ['an unclosed link', '<mj-text><a href="x">hi</mj-text>', {}, /^t\.mjml:4: <a> is not closed before/],
    ['an unclosed mj-text', '<mj-text>hi', {}, /^t\.mjml:4: <mj-text> is not closed before <\/mj-column>$/],
    ['a stray closing tag', 'x</mj-text>', {}, /t\.mjml:3: <mj-column> is not closed before <\/mj-text>/],
    ['a broken placeholder', '<mj-text>{{ na me }}</mj-text>', {}, /^t\.mjml:4: \{\{ is not followed by/],
    ['an unknown element', '<mj-txt>hi</mj-txt>', {}, /^t\.mjml:4: <mj-txt>: Element mj-txt doesn't exist/],
  ])('is refused with %s', async (_, body, values, message) => {
    await expect(render(wrap(body), values)).rejects.toThrow(message);
  });

  test('is refused without a subject', async () => {
    await expect(render(wrap('<mj-text>hi</mj-text>', ''), {})).rejects.toThrow(
      'mj-title, which becomes the subject, is missing',
    );
  });
});
