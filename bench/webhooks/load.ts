export interface Load {
  readonly urls: readonly string[];
  readonly issueId: number;
  readonly events: number;
  /** Share of them that is posted before. */
  readonly duplicates: number;
  readonly connections: number;
  /** The first subscriber's id; the others follow. */
  readonly firstReader: number;
}

/** One in fifty bounces for good, as many softly; the rest is delivered. */
export const typeOf = (n: number) => (n % 50 === 0 ? 'Permanent' : n % 50 === 25 ? 'Transient' : null);

export const distinct = ({ events, duplicates }: Pick<Load, 'events' | 'duplicates'>) =>
  Math.round(events * (1 - duplicates));
