import type { Review, Tool } from '../domain/comparison/comparison.ts';

/** A sample tool; its URL follows from the slug. */
export type ToolDraft = Omit<Tool, 'url'>;

/** A sample comparison; its slug, URL and times follow from the tools and the current time. */
export type PairDraft = readonly [ToolDraft, ToolDraft];

export const ship = (reviewer: string, quote: string): Review => ({ reviewer, verdict: 'ship', quote });
export const skip = (reviewer: string, quote: string): Review => ({ reviewer, verdict: 'skip', quote });
