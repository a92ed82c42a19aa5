import type { Finding } from '../domain/finding.ts';
import type { Output } from './output.ts';

/** Each finding with what, where and how to mend it; errors first. */
export function sayFindings(out: Output, findings: readonly Finding[]): void {
  const sorted = findings.toSorted(
    (a, b) => Number(a.severity === 'warning') - Number(b.severity === 'warning'),
  );
  for (const { severity, rule, where, what, mend } of sorted) {
    out.say(`${severity === 'error' ? 'ERROR  ' : 'warning'} ${rule} (${where}): ${what}`);
    out.say(`        ${mend}`);
  }
}
