import { describe, expect, test } from 'vitest';
import { issueHeaders } from '../../../src/render/headers.ts';
import { aPublication } from '../../support/content/fixtures.ts';

describe.concurrent('the headers of an issue', () => {
  test('offer one-click unsubscribe through the reader’s own link', () => {
    expect(issueHeaders(aPublication(), 'reader123', null)).toEqual({
      'List-Unsubscribe': '<https://news.example/u/reader123>',
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
      'List-Id': '"Weekly Verdicts" <weekly-verdicts.news.example>',
    });
  });

  test('offer an address to leave by mail beside the link, which stays first', () => {
    expect(issueHeaders(aPublication(), 'reader123', 'leave@in.example')['List-Unsubscribe']).toBe(
      '<https://news.example/u/reader123>, <mailto:leave+leave-reader123@in.example?subject=unsubscribe>',
    );
  });

  test.each([
    ['Wöchentlich', 'https://news.example', '<wo-chentlich.news.example>'],
    ['週刊', 'https://news.example/letters', '<newsletter.news.example>'],
    ['A "B" \\ C', 'http://127.0.0.1:3000', '"A B  C" <a-b-c.localhost>'],
    ['News', 'http://localhost:3000', '"News" <news.localhost>'],
    ['News', 'http://[::1]:3000', '"News" <news.localhost>'],
    ['a\r\nBcc: x', 'https://news.example', '<a-bcc-x.news.example>'],
  ])('name the list %j at %s', (name, publicUrl, id) => {
    expect(issueHeaders(aPublication({ name, publicUrl }), 'r', null)['List-Id']).toBe(id);
  });
});
