import fc from 'fast-check';
import { expect, it } from 'vitest';
import { blocksOf, SealedBatch } from '../../../../src/mail/resend/sealed-batch.ts';

const anyPieces = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 30 });
const anySize = fc.integer({ min: 1, max: 64 });

it('streams the bytes of the pieces in blocks of full size, except for the last', () => {
  fc.assert(
    fc.property(anyPieces, anySize, (pieces, size) => {
      const blocks = [...blocksOf(pieces, size)];
      const whole = Buffer.concat(pieces);
      expect(Buffer.concat(blocks)).toEqual(whole);
      expect(blocks.slice(0, -1).every((block) => block.byteLength === size)).toBe(true);
      expect(blocks.length).toBe(Math.ceil(whole.byteLength / size));
    }),
  );
});

it('refuses a body that is no string, since other bytes could not be sealed', async () => {
  const account = { apiKey: 're_test', baseUrl: 'http://localhost' };
  const sealed = await SealedBatch.seal(account, [], (json) => [Buffer.from(json)]);
  await expect(sealed.fetchRequest('/emails/batch', { body: new FormData() })).rejects.toThrow(/a string/);
});
