import { reviewerName } from '../comparison/comparison.ts';
import type { SplitRow } from '../comparison/reviewer-split.ts';
import { oneLine } from '../text.ts';
import type { ToolSummary } from './tool-summary.ts';

/** The reviewer split in a sentence or two. */
export function describeSplit(
  split: readonly SplitRow[],
  tools: readonly [ToolSummary, ToolSummary],
): string {
  const unreviewed = tools.filter((_, at) => split.every((row) => row.reviews[at] === null));
  if (unreviewed.length === 2) return 'No reviews yet.';
  if (unreviewed[0] !== undefined) return `No reviews of ${unreviewed[0].label} yet.`;
  const differing = split.filter((row) => row.differs).map((row) => oneLine(reviewerName(row.reviewer)));
  const sentences: string[] = [];
  if (differing.length > 3)
    sentences.push(`${differing.length} of ${split.length} reviewers judge the two differently.`);
  else if (differing.length > 0)
    sentences.push(`${list(differing)} ${differing.length === 1 ? 'judges' : 'judge'} the two differently.`);
  for (const [at, tool] of tools.entries()) {
    const lone = split.find((row) => row.alone[at]);
    if (lone !== undefined)
      sentences.push(`${oneLine(reviewerName(lone.reviewer))} stands alone on ${tool.label}.`);
  }
  return sentences.join(' ') || 'Nobody breaks ranks.';
}

function list(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
