import type { Candidates } from '../../pipeline/compose/select-candidates.ts';
import type { Output } from '../output.ts';

export function printLeftOut(out: Output, leftOut: Candidates['leftOut']): void {
  for (const { slug, reason } of leftOut) out.warn(`Left out: ${slug} (${reason})`);
}
