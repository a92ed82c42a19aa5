import fc from 'fast-check';
import PostalMime from 'postal-mime';
import { describe, expect, it } from 'vitest';
import type { Email } from '../../../src/domain/sending/email.ts';
import { toEml } from '../../../src/mail/eml.ts';
import { textOf } from '../../support/content/arbitraries.ts';

const date = new Date('2026-11-24T09:00:00Z');

const anEmail = (email: Partial<Email> = {}): Email => ({
  from: 'Weekly AI Tool Verdicts <verdicts@news.example>',
  to: 'ada@reader.example',
  replyTo: null,
  subject: 'Plumb vs Lintel: Ship Plumb',
  html: '<!doctype html><html><body><p>Plumb &amp; Lintel</p></body></html>',
  text: 'Plumb and Lintel\n',
  headers: {
    'List-Unsubscribe': '<https://news.example/u/Zx9_-aBcDeFgHiJkLmNoPq>',
    'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
    'List-Id': '"Weekly Verdicts" <weekly-verdicts.news.example>',
  },
  tags: {},
  ...email,
});

/** MIME uses CRLF and ends a text with a line break, which makes no difference. */
const unix = (text = '') => text.replace(/\r\n?/g, '\n').replace(/\n*$/, '');

async function readBack(email: Email) {
  const bytes = await toEml(email, date);
  const mail = await PostalMime.parse(bytes);
  const header = (name: string) => mail.headers.find(({ key }) => key === name.toLowerCase())?.value;
  return { bytes, mail, header };
}

/** What RFC 5322 sections 2.1.1 and 2.3 require of every line. */
function expectStrictLines(bytes: Buffer): void {
  const latin = bytes.toString('latin1');
  expect(latin.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
  expect(Math.max(...latin.split('\r\n').map((line) => line.length))).toBeLessThanOrEqual(998);
}

describe('an .eml file', () => {
  it('has the same html, text, subject and headers when it is read back', async () => {
    const email = anEmail({ replyTo: 'desk@news.example', tags: { issue: '7', batch: '3' } });
    const { bytes, mail, header } = await readBack(email);
    expectStrictLines(bytes);
    expect(mail).toMatchObject({
      subject: email.subject,
      from: { name: 'Weekly AI Tool Verdicts', address: 'verdicts@news.example' },
      to: [{ address: email.to }],
      replyTo: [{ address: 'desk@news.example' }],
      date: date.toISOString(),
    });
    expect([unix(mail.html), unix(mail.text)]).toEqual([unix(email.html), unix(email.text)]);
    for (const [name, value] of Object.entries(email.headers)) expect(header(name)).toBe(value);
    expect(header('X-Tags')).toBe('issue=7; batch=3');
    expect(mail.attachments).toEqual([]);
  });

  it.each([
    ['emoji', '🦉 👩‍👩‍👧‍👦 Ship it 🚀'.repeat(6)],
    ['right-to-left text', 'مرحبا بالعالم: ינשוף לילה \u202eevil\u202c'],
    ['placeholders and markup', '{{{READER}}} <script>"quoted", \\back;comma</script>'],
    ['two hundred characters without a space', 'x'.repeat(200)],
    ['many spaces', 'a  b   c'],
  ])('keeps a subject of %s', async (_, subject) => {
    const { bytes, mail } = await readBack(anEmail({ subject }));
    expect(mail.subject).toBe(subject);
    expectStrictLines(bytes);
  });

  it.each(['Café « Verdicts »', '週刊, Verdicts', 'Verdicts "the weekly"', 'x'.repeat(100)])(
    'keeps the name of the sender: %s',
    async (name) => {
      const from = `"${name.replaceAll('"', '\\"')}" <verdicts@news.example>`;
      const { bytes, mail } = await readBack(anEmail({ from }));
      expect(mail.from).toMatchObject({ name, address: 'verdicts@news.example' });
      expectStrictLines(bytes);
    },
  );

  it('keeps long lines, bare line feeds, dots and From lines in the body', async () => {
    const text = `.\n..\nFrom here on\n--\n=3D not =\n${'long '.repeat(2_000)}\n\tünïcödé 🦉\n`;
    const html = `<html><body>${'<td>x</td>'.repeat(5_000)}</body></html>`;
    const { bytes, mail } = await readBack(anEmail({ text, html }));
    expect([unix(mail.text), unix(mail.html)]).toEqual([unix(text), unix(html)]);
    expectStrictLines(bytes);
  });

  it('keeps a long List-Unsubscribe link in one piece', async () => {
    const link = `<https://news.example/${'path/'.repeat(100)}u/token>`;
    const { bytes, header } = await readBack(anEmail({ headers: { 'List-Unsubscribe': link } }));
    expect(header('List-Unsubscribe')?.replace(/\s/g, '')).toBe(link);
    expectStrictLines(bytes);
  });

  it('has the same bytes for the same email and different ones for any other', async () => {
    const base = (await toEml(anEmail(), date)).toString();
    expect((await toEml(anEmail(), new Date(date))).toString()).toBe(base);
    for (const other of [
      { to: 'bob@reader.example' },
      { text: 'Plumb and  Lintel\n' },
      { tags: { issue: '1' } },
    ])
      expect((await toEml(anEmail(other), date)).toString()).not.toBe(base);
  });

  it('has exactly one recipient, whatever the address looks like', async () => {
    for (const to of ['a/../b@x.example', "o'hara+tag@x.example", '`$(id)`@x.example', '=cmd@x.example']) {
      const { mail } = await readBack(anEmail({ to }));
      expect(mail.to?.map((one) => one.address?.replaceAll('"', ''))).toEqual([to]);
      expect([mail.cc, mail.bcc]).toEqual([undefined, undefined]);
    }
  });

  it('gets no further header or recipient from a value with a line break', async () => {
    const { mail, header } = await readBack(
      anEmail({
        subject: 'Hello\r\nBcc: evil@x.example',
        headers: { 'List-Id': '<a.b>\r\nX-Evil: yes' },
        to: 'ada@reader.example\r\nCc: evil@x.example',
      }),
    );
    expect([mail.bcc, mail.cc, header('X-Evil')]).toEqual([undefined, undefined, undefined]);
    expect(mail.to?.map((to) => to.address)).not.toContain('evil@x.example');
  });

  it('keeps any text in subject, text and html', async () => {
    await fc.assert(
      fc.asyncProperty(textOf(200), textOf(400), async (line, body) => {
        const subject = line.replace(/\s+/g, ' ').trim();
        const { bytes, mail } = await readBack(anEmail({ subject, text: body, html: `<p>${body}</p>` }));
        expectStrictLines(bytes);
        expect([mail.subject, unix(mail.text), unix(mail.html)]).toEqual([
          subject,
          unix(body),
          unix(`<p>${body}</p>`),
        ]);
      }),
      { numRuns: 60 },
    );
  });
});
