import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import type { Random } from './random.ts';

/** Makes what Node calls random come from the seed. Returns how to undo it. */
export function seedIdentifiers(random: Random): () => void {
  const original = { randomBytes: crypto.randomBytes, randomUUID: crypto.randomUUID, random: Math.random };
  const bytes = (size: number) => Buffer.from(Array.from({ length: size }, () => random.int(0, 255)));
  crypto.randomBytes = bytes as typeof crypto.randomBytes;
  crypto.randomUUID = () => {
    const hex = bytes(16).toString('hex');
    const parts = [
      hex.slice(0, 8),
      hex.slice(8, 12),
      `4${hex.slice(13, 16)}`,
      `8${hex.slice(17, 20)}`,
      hex.slice(20),
    ];
    return parts.join('-') as ReturnType<typeof crypto.randomUUID>;
  };
  Math.random = () => random.next();
  syncBuiltinESMExports();
  return () => {
    Object.assign(crypto, { randomBytes: original.randomBytes, randomUUID: original.randomUUID });
    Math.random = original.random;
    syncBuiltinESMExports();
  };
}
