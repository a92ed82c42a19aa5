import { expect, test } from 'vitest';
import {
  confirmUrl,
  dataUrl,
  feedPath,
  issueUrl,
  preferencesUrl,
  signUpUrl,
  unsubscribeUrl,
} from '../../../../src/domain/issue/publication.ts';

test('the links in mails are to the newsletter’s own pages', () => {
  const home = 'https://news.example';
  expect(unsubscribeUrl(home, 'T')).toBe('https://news.example/u/T');
  expect(preferencesUrl(home, 'T')).toBe('https://news.example/preferences/T');
  expect(confirmUrl(home, 'T')).toBe('https://news.example/confirm/T');
  expect(dataUrl(home, 'T')).toBe('https://news.example/data/T');
  expect(issueUrl(home, '2026-W48')).toBe('https://news.example/issues/2026-W48');
  expect(signUpUrl(home)).toBe('https://news.example/#sign-up');
  expect(feedPath).toBe('/feed.xml');
});
