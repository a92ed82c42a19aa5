import type { Comparison } from '../../../src/domain/comparison/comparison.ts';
import { byLead, type IssueContent } from '../../../src/domain/issue/issue.ts';
import { sampleComparisons } from '../../../src/sample/comparisons.ts';
import { anIssue } from './fixtures.ts';

const sample = sampleComparisons(new Date('2026-11-22T18:00:00Z')).toSorted(byLead);

/** A week of so many sample comparisons, up to 20: the second ten are the first with their tools changed over. */
export function sampleWeek(count: number, change: Partial<IssueContent> = {}): IssueContent {
  const turned = sample.map(
    ({ slug, url, tools: [a, b], ...rest }): Comparison => ({
      ...rest,
      slug: `${slug}-again`,
      url: `${url}-again`,
      tools: [b, a],
    }),
  );
  return anIssue({ comparisons: [...sample, ...turned].slice(0, count), ...change });
}
