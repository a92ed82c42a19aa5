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

/**
 * One of many that differ by their reader's token only: html and text as the pieces that all of them share, with
 * the token between each two.
 */
export interface SharedEmail extends EmailHead {
  readonly shared: { readonly html: readonly string[]; readonly text: readonly string[] };
  /** `[A-Za-z0-9_-]+` */
  readonly readerToken: string;
}

export const wholeEmail = ({ shared, readerToken, ...head }: SharedEmail): Email => ({
  ...head,
  html: shared.html.join(readerToken),
  text: shared.text.join(readerToken),
});

/** One whose html and text the provider has already, as a template that needs only the reader's token. */
export interface TemplatedEmail extends EmailHead {
  readonly template: { readonly alias: string; readonly readerToken: string };
}
