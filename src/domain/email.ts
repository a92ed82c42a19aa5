/** One email to one person: the value that a mailer takes. */
export interface Email {
  readonly from: string;
  readonly to: string;
  readonly replyTo: string | null;
  readonly subject: string;
  readonly html: string;
  readonly text: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Come back in mail events; names and values `[A-Za-z0-9_-]`, at most 256 characters. */
  readonly tags: Readonly<Record<string, string>>;
  /** The provider has subject, html and text as a template already: only this leaves, instead of them. */
  readonly template?: { readonly alias: string; readonly readerToken: string };
}
