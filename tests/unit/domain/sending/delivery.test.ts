import { expect, test } from 'vitest';
import { idempotencyKey, templateAlias } from '../../../../src/domain/sending/delivery.ts';

test('a batch’s key names the issue, its database and the batch', () => {
  const uid = '0197f2c4-8a61-7b2e-9d3f-5c1e8a4b6d70';
  expect(idempotencyKey({ id: 7, uid }, 3)).toBe('issue-7-0197f2c4-batch-3');
});

test('the alias of a template names the week and its content, so that other content has another', () => {
  expect(templateAlias('2026-W48', '0123456789abcdef'.repeat(4))).toBe('verdicts-2026-w48-0123456789abcdef');
  expect(templateAlias('2026-W47', 'a'.repeat(64))).not.toBe(templateAlias('2026-W47', 'c'.repeat(64)));
});
