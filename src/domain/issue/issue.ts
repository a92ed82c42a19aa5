import type { Comparison } from '../comparison/comparison.ts';
import { countDiffering } from '../comparison/reviewer-split.ts';
import { verdictHeadline } from '../comparison/verdict.ts';
import { shortenLabel } from '../text.ts';
import type { WeekKey } from './week.ts';

export const issueStatuses = [
  'draft',
  'approved',
  'sending',
  'paused',
  'held',
  'sent',
  'cancelled',
  'missed',
] as const;
export type IssueStatus = (typeof issueStatuses)[number];

/** What an issue says, before rendering; a snapshot, so that later imports do not change it. */
export interface IssueContent {
  readonly week: WeekKey;
  /** The number on the masthead, counting from 1. */
  readonly number: number;
  readonly subject: string;
  readonly preheader: string;
  readonly intro: string | null;
  /** In the order of the issue; the first is the lead. */
  readonly comparisons: readonly Comparison[];
}

/** An editor's changes, separate from the content so that they survive composing again. */
export interface IssueEdits {
  readonly subject?: string;
  readonly preheader?: string;
  readonly intro?: string;
  /** Slugs of the comparisons to put first, in this order. */
  readonly order?: readonly string[];
  /** Slugs of the comparisons to leave for a later issue. */
  readonly drop?: readonly string[];
}

/** The edits of a draft that was taken back, and the names of the tools that it had, which they may mention. */
export interface KeptEdits {
  readonly edits: IssueEdits;
  readonly tools: readonly string[];
}

/**
 * The order of an issue: first the comparison with the most reviewers who judge its two tools differently, then the
 * newest. If that is a tie, the slug decides, so that the same input gives the same issue.
 */
export function byLead(a: Comparison, b: Comparison): number {
  return (
    countDiffering(b) - countDiffering(a) ||
    Date.parse(b.publishedAt) - Date.parse(a.publishedAt) ||
    (a.slug < b.slug ? -1 : 1)
  );
}

/** The newest `max` candidates, lead first, with the editor's order and drops applied. */
export function arrange(
  candidates: readonly Comparison[],
  edits: IssueEdits,
  max: number,
): readonly Comparison[] {
  const dropped = new Set(edits.drop);
  const order = edits.order ?? [];
  const rank = (comparison: Comparison) => {
    const at = order.indexOf(comparison.slug);
    return at === -1 ? order.length : at;
  };
  return candidates
    .filter((comparison) => !dropped.has(comparison.slug))
    .toSorted(
      (a, b) =>
        rank(a) - rank(b) ||
        Date.parse(b.publishedAt) - Date.parse(a.publishedAt) ||
        (a.slug < b.slug ? -1 : 1),
    )
    .slice(0, max)
    .toSorted((a, b) => rank(a) - rank(b) || byLead(a, b));
}

/** If no editor wrote one: the lead's two tools and its verdict. */
export function defaultSubject(comparisons: readonly Comparison[]): string {
  const [lead] = comparisons;
  if (lead === undefined) return '';
  return shortenLabel(`${lead.tools[0].name} vs ${lead.tools[1].name}: ${verdictHeadline(lead)}`, 78);
}

/** If no editor wrote one: the other comparisons, or else the taglines of the lead's tools. */
export function defaultPreheader(comparisons: readonly Comparison[]): string {
  const [lead, ...others] = comparisons;
  if (lead === undefined) return '';
  const pairs = others.map((comparison) => comparison.tools.map((tool) => tool.name).join(' vs '));
  const text =
    pairs.length === 0
      ? `${sentence(lead.tools[0].tagline)} Against: ${sentence(lead.tools[1].tagline)}`
      : `Also this week: ${pairs.join(', ')}.`;
  return shortenLabel(text, 140);
}

/** Taglines come with and without a full stop. */
function sentence(text: string): string {
  return /[\p{P}\p{S}]$/u.test(text) ? text : `${text}.`;
}

/** Why an issue is held when everything in it is settled except some batches. */
export const heldForOutcomes = (batches: number) =>
  `${batches} batch(es) wait for a person: their outcome is not known or cannot be booked.`;
