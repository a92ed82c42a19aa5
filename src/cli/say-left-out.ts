import type { Candidates } from '../pipeline/select-candidates.ts';
import type { Output } from './output.ts';

export function sayLeftOut(out: Output, leftOut: Candidates['leftOut']): void {
  for (const { slug, reason } of leftOut) out.warn(`Left out: ${slug} (${reason})`);
}
