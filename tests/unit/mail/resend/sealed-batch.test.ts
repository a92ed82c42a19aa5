import fc from 'fast-check';
import { expect, it } from 'vitest';
import { blocksOf, SealedBatch } from '../../../../src/mail/resend/sealed-batch.ts';

const anyPieces = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 30 });
const anySize = fc.integer({ min: 1, max: 64 });

it('streams the bytes of the pieces, of which it joins the small ones and passes on the large ones without a copy', () => {
  fc.assert(
    fc.property(anyPieces, anySize, (pieces, size) => {
      const blocks = [...blocksOf(pieces, size)];
      const whole = Buffer.concat(pieces);
      expect(Buffer.concat(blocks)).toEqual(whole);
      const isLarge = (piece: Uint8Array) => piece.byteLength >= size / 8;
      const large = pieces.filter(isLarge);
      const passedOn = blocks.filter((block) => pieces.some((piece) => piece.buffer === block.buffer));
      expect(Buffer.concat(passedOn)).toEqual(Buffer.concat(large));
      expect(blocks.every((block) => block.byteLength > 0 && block.byteLength < size + size / 8)).toBe(true);
    }),
  );
});

it('refuses a body that is no string, since other bytes could not be sealed', async () => {
  const account = { apiKey: 're_test', baseUrl: 'http://localhost' };
  const sealed = await SealedBatch.seal(account, [], (json) => [Buffer.from(json)]);
  await expect(sealed.fetchRequest('/emails/batch', { body: new FormData() })).rejects.toThrow(/a string/);
});
