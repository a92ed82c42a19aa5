import type { Finding, Override } from '../../domain/issue/finding.ts';
import type { Candidates } from '../../pipeline/compose/select-candidates.ts';
import type { TemplateFault } from '../../render/render-mail.ts';
import type { Output } from '../output.ts';

/** Each finding with what, where and how to fix it, or who overrode it and why; errors first. */
export function printFindings(
  out: Output,
  findings: readonly Finding[],
  overrides: readonly Override[] = [],
): void {
  const overrideOf = new Map(overrides.map((override) => [override.rule, override]));
  const sorted = findings.toSorted(
    (a, b) => Number(a.severity === 'warning') - Number(b.severity === 'warning'),
  );
  for (const { severity, rule, where, what, fix } of sorted) {
    const override = severity === 'error' ? overrideOf.get(rule) : undefined;
    const label = override !== undefined ? 'overridden' : severity === 'error' ? 'ERROR' : 'warning';
    out.print(`${label.padEnd(7)} ${rule} (${where}): ${what}`);
    out.print(
      override === undefined
        ? `        ${fix}`
        : `        Overridden by ${override.by} on ${override.at.slice(0, 10)}: ${override.reason}`,
    );
  }
}

export function printTemplateFaults(out: Output, faults: readonly TemplateFault[]): void {
  for (const { where, what } of faults) out.print(`ERROR   template (${where}): ${what}`);
}

/** The comparisons that this issue does not take, each with the reason. */
export function printLeftOut(out: Output, leftOut: Candidates['leftOut']): void {
  for (const { slug, reason } of leftOut) out.warn(`Left out: ${slug} (${reason})`);
}
