import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RenderedIssue } from '../../../src/domain/issue/rendered-issue.ts';
import { issueFiller } from '../../../src/render/fill.ts';
import { issueHeaders } from '../../../src/render/headers.ts';
import { renderIssue } from '../../../src/render/render-issue.ts';
import { anEnvelope, anIssue, aPublication, aRecipient } from '../../support/content/fixtures.ts';

const placeholder = 'reader0123456789abcdef01234567';
const rendered: RenderedIssue = {
  subject: 'A vs B: Ship A',
  preheader: 'Also',
  html: `<a href="https://news.example/u/${placeholder}">Unsubscribe</a> <a href="https://news.example/preferences/${placeholder}">Preferences</a>`,
  text: `Unsubscribe: https://news.example/u/${placeholder}`,
  placeholder,
};

const fill = issueFiller(rendered, anEnvelope(rendered));

describe.concurrent('filling an issue for a reader', () => {
  test('puts the reader token into html, text and headers', () => {
    const email = fill(aRecipient({ readerToken: 'tok_1-' }), { issue: '2026-W47' });
    expect(email).toMatchObject({
      from: 'Weekly Verdicts <news@news.example>',
      to: 'ada@reader.example',
      replyTo: null,
      subject: 'A vs B: Ship A',
      text: 'Unsubscribe: https://news.example/u/tok_1-',
      tags: { issue: '2026-W47' },
    });
    expect(email.html).toContain('/u/tok_1-"');
    expect(email.html).toContain('/preferences/tok_1-"');
    expect(email.headers['List-Unsubscribe']).toBe('<https://news.example/u/tok_1->');
    expect(email.headers['List-Unsubscribe-Post']).toBe('List-Unsubscribe=One-Click');
  });

  test('puts the leave token into the header where the issue names a mailbox, and refuses a reader without one', () => {
    const headers = issueHeaders(aPublication(), placeholder, 'leave@in.example');
    const fillWith = issueFiller(rendered, anEnvelope(rendered, { headers }));
    const leaveToken = '0f8fad5b-d9cb-469f-a165-70867728950e';
    const email = fillWith(aRecipient({ readerToken: 'tok_1-', leaveToken }), {});
    expect(email.headers['List-Unsubscribe']).toBe(
      `<https://news.example/u/tok_1->, <mailto:leave+${leaveToken}@in.example?subject=unsubscribe>`,
    );
    expect(() => fillWith(aRecipient(), {})).toThrow('subscriber 7: no token to leave by mail');
  });

  test('differs between readers only in address and token', async () => {
    const issue = await renderIssue(anIssue(), aPublication());
    const fillIssue = issueFiller(issue, anEnvelope(issue));
    fc.assert(
      fc.property(
        fc.stringMatching(/^[A-Za-z0-9_-]{22}$/),
        fc.stringMatching(/^[A-Za-z0-9_-]{22}$/),
        (one, other) => {
          const asOther = (text: string) => text.replaceAll(one, other);
          const a = fillIssue(aRecipient({ readerToken: one }), {});
          const b = fillIssue(aRecipient({ readerToken: other }), {});
          expect(asOther(a.html)).toBe(b.html);
          expect(asOther(a.text)).toBe(b.text);
          expect(JSON.stringify(b)).not.toContain(issue.placeholder);
          expect(b.html.replaceAll(other, issue.placeholder)).toBe(issue.html);
        },
      ),
    );
  });

  test.each(['', 'a b', 'a/b', '"><script>', 'a\nb', '../x', 'ä'])('refuses the token %j', (readerToken) => {
    expect(() => fill(aRecipient({ readerToken }), {})).toThrow('subscriber 7: not a reader token');
  });

  test('refuses any text that is not a reader token', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }).filter((text) => !/^[A-Za-z0-9_-]+$/.test(text)),
        (readerToken) => {
          expect(() => fill(aRecipient({ readerToken }), {})).toThrow();
        },
      ),
    );
  });

  test.each([
    ['from', { from: 'A <a@b.dev>\r\nBcc: all@b.dev' }],
    ['reply-to', { replyTo: 'a@b.dev\nX: y' }],
    ['X-A', { headers: { ...anEnvelope(rendered).headers, 'X-A': 'b\r\nc' } }],
    ['header name', { headers: { ...anEnvelope(rendered).headers, 'X\nA': 'b' } }],
  ])('refuses a line break in %s', (where, envelope) => {
    expect(() => issueFiller(rendered, anEnvelope(rendered, envelope))).toThrow(
      `${where}: a header must not contain a line break`,
    );
  });

  test('refuses a line break in subject and address', () => {
    expect(() => issueFiller({ ...rendered, subject: 'a\nb' }, anEnvelope(rendered))).toThrow(
      'subject: a header must not contain a line break',
    );
    expect(() => fill(aRecipient({ email: 'a@b.dev\r\nCc: c@d' }), {})).toThrow(
      'to: a header must not contain a line break',
    );
  });

  test.each([
    ['html', { html: '<p>none</p>' }],
    ['text', { text: 'none' }],
  ])('refuses an issue without the placeholder in the %s', (part, lost) => {
    expect(() => issueFiller({ ...rendered, ...lost }, anEnvelope(rendered))).toThrow(
      `${part}: the reader placeholder is missing`,
    );
  });

  test('refuses an envelope whose unsubscribe header lacks the placeholder', () => {
    const headers = { 'List-Unsubscribe': '<https://news.example/u/everybody>' };
    expect(() => issueFiller(rendered, anEnvelope(rendered, { headers }))).toThrow('List-Unsubscribe');
  });
});
