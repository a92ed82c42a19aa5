import { expect, test } from 'vitest';
import { wholeEmail } from '../../../../src/domain/sending/email.ts';

test('an email is made whole by putting the reader’s token between the shared pieces', () => {
  const head = {
    from: 'news@news.example',
    to: 'ada@reader.example',
    replyTo: null,
    subject: 'Hello',
    headers: { 'List-Id': '<a.b>' },
    tags: { issue: '7' },
  };
  const shared = { html: ['<a href="/u/', '">x</a><a href="/p/', '">y</a>'], text: ['/u/', ''] };
  expect(wholeEmail({ ...head, shared, readerToken: 'T' })).toEqual({
    ...head,
    html: '<a href="/u/T">x</a><a href="/p/T">y</a>',
    text: '/u/T',
  });
});
