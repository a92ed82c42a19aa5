import { shortLocalTime } from '../../domain/local-time.ts';
import type { LoggedDecision } from '../../pipeline/report/decisions.ts';
import type { Output } from '../output.ts';

/** When (local time), who, what and why; the latest first. */
export function printDecisions(
  out: Output,
  decisions: readonly LoggedDecision[],
  { title, timeZone }: { readonly title: string; readonly timeZone: string },
): void {
  if (decisions.length === 0) return;
  out.print(`  ${title} (${timeZone}):`);
  for (const { at, who, what, reason } of decisions) {
    const why = reason === null ? '' : `: ${reason.replaceAll('\n', '; ')}`;
    out.print(`    ${shortLocalTime(new Date(at), timeZone)}  ${who}  ${what}${why}`);
  }
}
