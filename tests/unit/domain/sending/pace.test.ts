import { expect, test } from 'vitest';
import { unlimited } from '../../../../src/domain/sending/pace.ts';

test('without a rate limit every turn comes at once, as many as were asked for', async () => {
  expect(await unlimited.turn()).toBeUndefined();
  expect(await unlimited.reserve(250)).toEqual({ count: 250, waitMs: 0, everyMs: 0 });
});
