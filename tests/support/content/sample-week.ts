import type { Comparison } from '../../../src/domain/comparison/comparison.ts';
import { byLead, type IssueContent } from '../../../src/domain/issue/issue.ts';
import { sampleComparisons } from '../../../src/sample/comparisons.ts';
import { anIssue } from './fixtures.ts';

const sample = sampleComparisons(new Date('2026-11-22T18:00:00Z')).toSorted(byLead);

/** A week with this many sample comparisons, up to 20. The second ten are the first ten with the tools swapped. */
export function sampleWeek(count: number, change: Partial<IssueContent> = {}): IssueContent {
  const swapped = sample.map(
    ({ slug, url, tools: [a, b], ...rest }): Comparison => ({
      ...rest,
      slug: `${slug}-again`,
      url: `${url}-again`,
      tools: [b, a],
    }),
  );
  return anIssue({ comparisons: [...sample, ...swapped].slice(0, count), ...change });
}
