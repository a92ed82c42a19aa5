import type { AudienceContext } from '../../audience/context.ts';
import { isSameSeal } from '../../domain/audience/keys.ts';

/** Nobody can read, type and send a form within this time; programs can. */
const minAgeMs = 1_000;
const maxAgeMs = 24 * 3_600_000;

type StampContext = Pick<AudienceContext, 'keys' | 'clock'>;

/** A sealed time, which tells how old a form is. `'old enough'` is for a second form that needs no typing. */
export function formStamp({ keys, clock }: StampContext, age: 'new' | 'old enough' = 'new'): string {
  const ms = clock.now().getTime() - (age === 'new' ? 0 : minAgeMs);
  return `${ms.toString(36)}.${keys.signTime(ms)}`;
}

export type FormAge = 'valid' | 'too quick' | 'too old' | 'forged';

export function formAge({ keys, clock }: StampContext, stamp: string): FormAge {
  const [text = '', seal = ''] = stamp.split('.');
  const ms = /^[0-9a-z]{1,10}$/.test(text) ? Number.parseInt(text, 36) : Number.NaN;
  if (Number.isNaN(ms) || !isSameSeal(seal, keys.signTime(ms))) return 'forged';
  const ageMs = clock.now().getTime() - ms;
  if (ageMs > maxAgeMs) return 'too old';
  return ageMs < minAgeMs ? 'too quick' : 'valid';
}
