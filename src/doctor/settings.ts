import { type Diagnosis, fault, good, note } from '../domain/diagnosis.ts';

export interface CheckedSettings {
  readonly publicUrl: string;
  readonly from: string;
  readonly unsubscribeMailbox: string | null;
  readonly postalAddress: string | null;
  readonly editorEmails: readonly string[];
  /** Whether an issue goes out without a person’s approval. */
  readonly approvesItself: boolean;
  /** Whether mail leaves for real, rather than for the outbox. */
  readonly usesResend: boolean;
}

/** Whether an address or domain is reserved for examples and tests (RFC 2606). */
export const isExampleDomain = (address: string) => /\.(example|invalid|test|localhost)>?$/i.test(address);

/** The settings that readers see, and whom to notify. */
export function checkSettings(settings: CheckedSettings): Diagnosis[] {
  const { publicUrl, from, postalAddress, editorEmails, approvesItself, usesResend } = settings;
  const { protocol, hostname } = new URL(publicUrl);
  const local = ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
  const warn = usesResend ? fault : note;
  return [
    protocol === 'https:' && !local
      ? good('Public URL', publicUrl)
      : warn(
          'Public URL',
          `${publicUrl} is not an https address that readers can open`,
          'Set PUBLIC_URL to the https address of your pages.',
        ),
    isExampleDomain(from)
      ? warn(
          'Sender',
          `${from} is an example address`,
          'Set MAIL_FROM to an address of your verified domain.',
        )
      : good('Sender', from),
    postalAddress === null
      ? warn(
          'Postal address',
          'not set',
          'Set POSTAL_ADDRESS: laws such as CAN-SPAM require it in every issue.',
        )
      : good('Postal address', postalAddress),
    ...(editorEmails.length === 0
      ? [note('Editors', 'nobody is notified of drafts, holds and missed sends', 'Set EDITOR_EMAILS.')]
      : usesResend
        ? []
        : [good('Editors', `${editorEmails.length} notified by mail, in the outbox`)]),
    ...(editorEmails.length === 0 && approvesItself
      ? [
          note(
            'Review',
            'MIN_REVIEW_MINUTES does not apply: a draft goes out at its slot, however late it was made',
            'Set EDITOR_EMAILS, so that somebody can look at a draft first, or APPROVAL=required.',
          ),
        ]
      : []),
  ];
}
