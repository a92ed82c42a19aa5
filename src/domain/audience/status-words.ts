import { type SuppressionReason, suppressionReasons } from './subscriber.ts';

/** What a list of another tool says of somebody. A reason means: never mail this address. */
export type Standing = 'subscribed' | 'pending' | 'unsubscribed' | SuppressionReason;

/** As the tools write them, without regard to case, and with any of `_`, `-` and space between words. */
const words: readonly (readonly [Standing, readonly string[]])[] = [
  [
    'subscribed',
    [
      'subscribed',
      'active',
      'confirmed',
      'enabled',
      'opted in',
      'opt in',
      'regular',
      'premium',
      'gifted',
      'yes',
      'true',
    ],
  ],
  [
    'pending',
    [
      ...[
        'pending',
        'unconfirmed',
        'not confirmed',
        'unverified',
        'unactivated',
        'validating',
        'awaiting confirmation',
      ],
      ...['non subscribed', 'nonsubscribed', 'not subscribed', 'never subscribed', 'transactional'],
    ],
  ],
  [
    'unsubscribed',
    [
      ...[
        'unsubscribed',
        'unsubscribe',
        'inactive',
        'cancelled',
        'canceled',
        'disabled',
        'deactivated',
        'archived',
      ],
      ...['deleted', 'removed', 'opted out', 'opt out', 'optout', 'left', 'no', 'false'],
    ],
  ],
  [
    'hard_bounce',
    [
      'bounced',
      'bounce',
      'hard bounced',
      'hard bounce',
      'cleaned',
      'invalid',
      'undeliverable',
      'undelivered',
    ],
  ],
  ['soft_bounce', ['soft bounced', 'soft bounce']],
  [
    'complaint',
    [
      ...['complained', 'complaint', 'complaints', 'spam', 'spam complaint', 'spam report', 'reported spam'],
      ...['marked as spam', 'junk', 'abuse', 'abuse complaint'],
    ],
  ],
  [
    'manual',
    [
      ...['suppressed', 'blocklisted', 'blacklisted', 'blocked', 'banned', 'do not mail', 'do not email'],
      ...['do not contact'],
    ],
  ],
];

const standings: ReadonlyMap<string, Standing> = new Map(
  words.flatMap(([standing, list]) => list.map((word) => [word, standing] as const)),
);

/** What a status means; null for a word that nobody here knows, which never means yes. */
export function standingOf(status: string): Standing | null {
  const word = status.trim().toLowerCase();
  return (
    suppressionReasons.find((reason) => reason === word) ??
    standings.get(word.replace(/[\s_-]+/g, ' ')) ??
    null
  );
}
