import { expect, test } from 'vitest';
import { standingOf } from '../../../../src/domain/audience/status-words.ts';

test.each([
  ['subscribed', ['Subscribed', ' active ', 'ENABLED', 'opted_in', 'regular']],
  ['pending', ['Pending', 'unconfirmed', 'validating', 'unactivated', 'non-subscribed']],
  [
    'unsubscribed',
    ['unsubscribed ', 'inactive', 'cancelled', 'canceled', 'archived', 'opted  out', 'opt-out'],
  ],
  ['hard_bounce', ['bounced', 'hard_bounced', 'Hard Bounce', 'cleaned', 'invalid', 'hard_bounce']],
  ['soft_bounce', ['soft bounced', 'soft_bounce']],
  ['complaint', ['complained', 'spam', 'Junk', 'complaint']],
  ['manual', ['blocklisted', 'blacklisted', 'suppressed', 'manual']],
  ['provider', ['provider']],
  [null, ['', 'lead', 'subscribed to nothing', 'actives', 'toString', '1']],
])('%s: %j', (standing, words) => {
  expect(words.map(standingOf)).toEqual(words.map(() => standing));
});
