import { type Diagnosis, fault, good, note } from '../domain/diagnosis.ts';

export interface CheckedSettings {
  readonly publicUrl: string;
  readonly from: string;
  readonly postalAddress: string | null;
  readonly editorEmails: readonly string[];
  /** Mail really leaves. */
  readonly production: boolean;
}

/** Of an address or domain: under a name that is kept for examples and tests (RFC 2606). */
export const isExample = (address: string) => /\.(example|invalid|test|localhost)>?$/i.test(address);

/** What readers see of us. */
export function checkSettings(addresses: CheckedSettings): Diagnosis[] {
  const { publicUrl, from, postalAddress, editorEmails, production } = addresses;
  const { protocol, hostname } = new URL(publicUrl);
  const local = ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
  const wrong = production ? fault : note;
  return [
    protocol === 'https:' && !local
      ? good('Public URL', publicUrl)
      : wrong(
          'Public URL',
          `${publicUrl} is not for readers`,
          'Set PUBLIC_URL to the https address of your pages.',
        ),
    isExample(from)
      ? wrong('Sender', `${from} is an example`, 'Set MAIL_FROM to an address of your verified domain.')
      : good('Sender', from),
    postalAddress === null
      ? wrong(
          'Postal address',
          'not set',
          'Set POSTAL_ADDRESS: laws such as CAN-SPAM want it in every issue.',
        )
      : good('Postal address', postalAddress),
    editorEmails.length === 0
      ? note('Editors', 'nobody is told of drafts, holds and missed slots', 'Set EDITOR_EMAILS.')
      : good('Editors', `${editorEmails.length} told by mail`),
  ];
}
