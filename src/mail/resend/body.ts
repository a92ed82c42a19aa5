const blockBytes = 256 * 1_024;

export const byteLength = (pieces: readonly Uint8Array[]) =>
  pieces.reduce((sum, piece) => sum + piece.byteLength, 0);

/** Many pieces as few blocks, each made when it is asked for: a body of 10 MB is never in memory as a whole. */
export function* blocksOf(pieces: readonly Uint8Array[], size = blockBytes): Generator<Uint8Array> {
  let left = byteLength(pieces);
  let block = new Uint8Array(Math.min(size, left));
  let at = 0;
  for (let piece of pieces) {
    while (piece.byteLength > 0) {
      const part = piece.subarray(0, block.byteLength - at);
      block.set(part, at);
      at += part.byteLength;
      piece = piece.subarray(part.byteLength);
      if (at < block.byteLength) continue;
      yield block;
      left -= at;
      at = 0;
      block = new Uint8Array(Math.min(size, left));
    }
  }
}
