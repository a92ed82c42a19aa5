/**
 * An issue as bytes, the same for every reader except for one placeholder, which stands for the reader token in links
 * and headers. Rendered once and filled per reader, never rendered per reader.
 */
export interface RenderedIssue {
  readonly subject: string;
  readonly preheader: string;
  readonly html: string;
  readonly text: string;
  /** Stands for the reader token. Derived from the content, so content cannot forge it. */
  readonly placeholder: string;
}

/** Everything a request needs besides the rendered issue and the reader; frozen at approval. */
export interface Envelope {
  readonly from: string;
  readonly replyTo: string | null;
  readonly publicUrl: string;
  /** Header name → value, which may contain the placeholder. */
  readonly headers: Readonly<Record<string, string>>;
  readonly mode: 'inline' | 'template';
}

/** A reader of an issue, as frozen. */
export interface Recipient {
  readonly subscriberId: number;
  readonly email: string;
  readonly readerToken: string;
  /** For leaving by mail; null where the envelope names no mailbox for that. */
  readonly leaveToken: string | null;
}

/**
 * Most bytes that an issue's html may have. Gmail clips a message at about 102 KB, and link tracking makes links
 * longer after we have measured.
 */
export const htmlBudgetBytes = 90_000;
