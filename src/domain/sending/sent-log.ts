/** An email that the provider accepted, as it lists it. */
export interface SentEmail {
  readonly id: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly createdAt: Date;
}

export interface SentPage {
  /** Newest first. */
  readonly emails: readonly SentEmail[];
  /** Pass it to `page` for the emails before these; null if there are none. */
  readonly next: string | null;
}

/** The answer, or why there is none; `again` if the same question may be answered later. */
export type Lookup<T> =
  | { readonly kind: 'answer'; readonly value: T }
  | { readonly kind: 'again'; readonly reason: string; readonly afterMs: number | null }
  | { readonly kind: 'refused'; readonly reason: string };

/** The provider's list of what it accepted: tells what happened to a batch whose answer was lost. Reads only. */
export interface SentLog {
  /** The newest emails, or those from a page's `next` on. Never throws because of the provider or the network. */
  page(next: string | null): Promise<Lookup<SentPage>>;
  /** The tags of one email; null if the provider does not list them. */
  tags(id: string): Promise<Lookup<Readonly<Record<string, string>> | null>>;
}
