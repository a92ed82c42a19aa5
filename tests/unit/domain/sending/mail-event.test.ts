import { expect, test } from 'vitest';
import { totalsOf } from '../../../../src/domain/sending/mail-event.ts';

test('a report counts each type under its name, and what was not reported as 0', () => {
  expect(
    totalsOf({
      delivered: 1,
      bounced: 2,
      soft_bounced: 3,
      complained: 4,
      suppressed: 5,
      failed: 6,
      delivery_delayed: 7,
      opened: 8,
      unknown_type: 9,
    }),
  ).toEqual({
    delivered: 1,
    bounced: 2,
    softBounced: 3,
    complained: 4,
    suppressedByProvider: 5,
    failed: 6,
    delayed: 7,
    opened: 8,
    clicked: 0,
  });
  expect(totalsOf({ clicked: 1 })).toMatchObject({ clicked: 1, delivered: 0 });
});
