import type { Review, Tool } from '../domain/comparison/comparison.ts';

/** A tool of the sample; its URL follows from the slug. */
export type ToolDraft = Omit<Tool, 'url'>;

/** A pair of the sample; its slug, URL and times follow from the tools and from now. */
export type PairDraft = readonly [ToolDraft, ToolDraft];

export const ship = (reviewer: string, quote: string): Review => ({ reviewer, verdict: 'ship', quote });
export const skip = (reviewer: string, quote: string): Review => ({ reviewer, verdict: 'skip', quote });
