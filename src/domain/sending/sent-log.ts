/** An email that the provider took at some time, as it lists it. */
export interface SentEmail {
  readonly id: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly createdAt: Date;
}

export interface SentPage {
  /** Newest first. */
  readonly emails: readonly SentEmail[];
  /** Asks for the emails before these; null when there are none. */
  readonly next: string | null;
}

/** A question answered, or why it was not; `again` when the same question may be answered later. */
export type Lookup<T> =
  | { readonly kind: 'answer'; readonly value: T }
  | { readonly kind: 'again'; readonly reason: string; readonly afterMs: number | null }
  | { readonly kind: 'refused'; readonly reason: string };

/** What a provider remembers of what it took: the second source, when an answer was lost. Reads only. */
export interface SentLog {
  /** From the newest on, or from a page's `next`. Never throws for what the provider or the network says. */
  page(next: string | null): Promise<Lookup<SentPage>>;
  /** The tags of one email, null when the provider does not tell them. */
  tags(id: string): Promise<Lookup<Readonly<Record<string, string>> | null>>;
}
