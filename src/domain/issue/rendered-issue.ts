/**
 * An issue as bytes, the same for every reader but for one placeholder: the reader token, which appears in
 * links and headers. Rendered once, filled per reader; never rendered per reader.
 */
export interface RenderedIssue {
  readonly subject: string;
  readonly preheader: string;
  readonly html: string;
  readonly text: string;
  /** Stands where the reader token goes. Derived from the content, so content cannot forge it. */
  readonly placeholder: string;
}

/** All that a request needs besides the reader and the rendered issue; frozen at approval. */
export interface Envelope {
  readonly from: string;
  readonly replyTo: string | null;
  readonly publicUrl: string;
  /** Header name → value; values may hold the placeholder. */
  readonly headers: Readonly<Record<string, string>>;
  readonly mode: 'inline' | 'template';
}

/** One reader of an issue, as frozen. */
export interface Recipient {
  readonly subscriberId: number;
  readonly email: string;
  /** 128 random bits, base64url: `[A-Za-z0-9_-]{22}`. */
  readonly readerToken: string;
}
