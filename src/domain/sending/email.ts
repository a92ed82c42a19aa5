/** Everything about an email except its html and text. */
export interface EmailHead {
  readonly from: string;
  readonly to: string;
  readonly replyTo: string | null;
  readonly subject: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Returned in mail events. Names and values are `[A-Za-z0-9_-]`, at most 256 characters. */
  readonly tags: Readonly<Record<string, string>>;
}

/** A complete email to one person. */
export interface Email extends EmailHead {
  readonly html: string;
  readonly text: string;
}

/**
 * One of many emails that differ only in the reader's token. `html` and `text` are the pieces that all of them share;
 * joined with the token, they make this one's.
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

/** An email whose html and text the provider already has, as a template that needs only the reader's token. */
export interface TemplatedEmail extends EmailHead {
  readonly template: { readonly alias: string; readonly readerToken: string };
}
