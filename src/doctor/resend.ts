import { type Diagnosis, fault, good, note } from '../domain/diagnosis.ts';
import { inspectAccount } from '../mail/resend/inspect-account.ts';

/** The key, and the domain that mail is sent from. Sends nothing. */
export async function checkResend(
  account: { apiKey: string; baseUrl: string },
  domain: string,
): Promise<Diagnosis[]> {
  const state = await inspectAccount(account);
  switch (state.kind) {
    case 'silent':
      return [
        fault('Resend', `${account.baseUrl} does not answer`, 'Check the network and RESEND_BASE_URL.'),
      ];
    case 'refused':
      return [
        fault('Resend', `the key is refused (${state.reason})`, 'Set RESEND_API_KEY to an active key.'),
      ];
    case 'send-only':
      return [
        good('Resend', 'the key may send'),
        note(
          'Sending domain',
          'the key may not list domains',
          `See in Resend's dashboard that ${domain} is verified.`,
        ),
      ];
    case 'answers': {
      const known = state.domains.find(({ name }) => domain === name || domain.endsWith(`.${name}`));
      return [good('Resend', 'the key works'), domainState(domain, known?.status)];
    }
  }
}

function domainState(domain: string, status: string | undefined): Diagnosis {
  if (status === 'verified') return good('Sending domain', `${domain} is verified`);
  if (status === undefined) {
    return fault(
      'Sending domain',
      `${domain} is not among the account's`,
      'Add it at Resend, or change MAIL_FROM.',
    );
  }
  return fault('Sending domain', `${domain} is ${status}`, 'Set the DNS records that Resend shows for it.');
}
