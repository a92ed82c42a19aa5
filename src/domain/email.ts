/** Who an email goes to, from whom and about what, without what it says. */
export interface EmailHead {
  readonly from: string;
  readonly to: string;
  readonly replyTo: string | null;
  readonly subject: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Come back in mail events; names and values `[A-Za-z0-9_-]`, at most 256 characters. */
  readonly tags: Readonly<Record<string, string>>;
}

/** One email to one person, whole: the value that a mailer takes. */
export interface Email extends EmailHead {
  readonly html: string;
  readonly text: string;
}

/** One whose html and text the provider has already, as a template that needs only the reader's token. */
export interface TemplatedEmail extends EmailHead {
  readonly template: { readonly alias: string; readonly readerToken: string };
}
