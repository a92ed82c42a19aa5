import { timingSafeEqual } from 'node:crypto';
import type { AudienceContext } from '../../audience/context.ts';

/** Nobody reads, types and presses within this; programs do. */
const minAgeMs = 1_000;
const maxAgeMs = 24 * 3_600_000;

type Stamper = Pick<AudienceContext, 'keys' | 'clock'>;

/** Says in a form, sealed, when it was made. A second form of one conversation need not be typed into. */
export function stampNow({ keys, clock }: Stamper, age: 'new' | 'old enough' = 'new'): string {
  const ms = clock.now().getTime() - (age === 'new' ? 0 : minAgeMs);
  return `${ms.toString(36)}.${keys.sealMoment(ms)}`;
}

export type FormAge = 'right' | 'too quick' | 'too old' | 'forged';

export function ageOf({ keys, clock }: Stamper, stamp: string): FormAge {
  const [text = '', seal = ''] = stamp.split('.');
  const ms = /^[0-9a-z]{1,10}$/.test(text) ? Number.parseInt(text, 36) : Number.NaN;
  if (Number.isNaN(ms) || !same(seal, keys.sealMoment(ms))) return 'forged';
  const ageMs = clock.now().getTime() - ms;
  if (ageMs > maxAgeMs) return 'too old';
  return ageMs < minAgeMs ? 'too quick' : 'right';
}

function same(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
