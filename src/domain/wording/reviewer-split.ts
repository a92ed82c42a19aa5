import { reviewerName } from '../comparison/comparison.ts';
import type { SplitRow } from '../comparison/reviewer-split.ts';
import { oneLine } from '../text.ts';
import type { ToolReading } from './tool.ts';

/** The split in a sentence or two. */
export function splitRead(split: readonly SplitRow[], tools: readonly [ToolReading, ToolReading]): string {
  const unread = tools.filter((_, at) => split.every((row) => row.reviews[at] === null));
  if (unread.length === 2) return 'No reviews yet.';
  if (unread[0] !== undefined) return `No reviews of ${unread[0].label} yet.`;
  const differing = split.filter((row) => row.differs).map((row) => oneLine(reviewerName(row.reviewer)));
  const parts: string[] = [];
  if (differing.length > 3)
    parts.push(`${differing.length} of ${split.length} reviewers judge the two differently.`);
  else if (differing.length > 0)
    parts.push(`${listed(differing)} ${differing.length === 1 ? 'judges' : 'judge'} the two differently.`);
  for (const [at, tool] of tools.entries()) {
    const lone = split.find((row) => row.alone[at]);
    if (lone !== undefined)
      parts.push(`${oneLine(reviewerName(lone.reviewer))} stands alone on ${tool.label}.`);
  }
  return parts.join(' ') || 'Nobody breaks ranks.';
}

function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
