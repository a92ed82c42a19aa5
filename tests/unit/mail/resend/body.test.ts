import fc from 'fast-check';
import { expect, it } from 'vitest';
import { blocksOf, byteLength } from '../../../../src/mail/resend/body.ts';

const anyPieces = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 30 });
const anySize = fc.integer({ min: 1, max: 64 });

it('blocks are the same bytes as the pieces, all but the last of full size', () => {
  fc.assert(
    fc.property(anyPieces, anySize, (pieces, size) => {
      const blocks = [...blocksOf(pieces, size)];
      expect(Buffer.concat(blocks)).toEqual(Buffer.concat(pieces));
      expect(blocks.slice(0, -1).every((block) => block.byteLength === size)).toBe(true);
      expect(blocks.length).toBe(Math.ceil(byteLength(pieces) / size));
    }),
  );
});
