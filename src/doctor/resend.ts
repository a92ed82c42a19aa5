import { type Diagnosis, fault, good, note } from '../domain/diagnosis.ts';
import { type AccountDomain, inspectAccount } from '../mail/resend/inspect-account.ts';

/** The API key, and the domains that mail is sent from and received at: one request answers all. Sends nothing. */
export async function checkResend(
  account: { apiKey: string; baseUrl: string },
  domain: string,
  unsubscribeMailbox: string | null,
): Promise<Diagnosis[]> {
  const state = await inspectAccount(account);
  switch (state.kind) {
    case 'silent':
      return [
        fault('Resend', `${account.baseUrl} does not answer`, 'Check the network and RESEND_BASE_URL.'),
      ];
    case 'refused':
      return [
        fault('Resend', `the API key was rejected (${state.reason})`, 'Set RESEND_API_KEY to an active key.'),
      ];
    case 'send-only':
      return [
        good('Resend', 'the API key may send'),
        note(
          'Sending domain',
          'the API key may not list domains',
          `Check in Resend’s dashboard that ${domain} is verified.`,
        ),
      ];
    case 'answers': {
      const known = state.domains.find(({ name }) => domain === name || domain.endsWith(`.${name}`));
      return [
        good('Resend', 'the API key works'),
        domainState(domain, known?.status),
        ...(unsubscribeMailbox === null ? [] : [mailboxState(unsubscribeMailbox, state.domains)]),
      ];
    }
  }
}

function domainState(domain: string, status: string | undefined): Diagnosis {
  if (status === 'verified') return good('Sending domain', `${domain} is verified`);
  if (status === undefined) {
    return fault(
      'Sending domain',
      `${domain} is not a domain of this Resend account`,
      'Add it in Resend’s dashboard, or change MAIL_FROM.',
    );
  }
  return fault(
    'Sending domain',
    `${domain} is ${status}`,
    'Add the DNS records that Resend’s dashboard shows for it.',
  );
}

function mailboxState(mailbox: string, domains: readonly AccountDomain[]): Diagnosis {
  const what = 'Unsubscribe mailbox';
  const receives = domains.find(({ name }) => mailbox.endsWith(`@${name}`))?.receives;
  if (receives === true) return good(what, `Resend receives mail to ${mailbox}`);
  const fix =
    'In Resend’s dashboard, enable receiving for its domain and let the webhook report email.received; or unset UNSUBSCRIBE_MAILBOX.';
  if (receives === null) return note(what, 'Resend does not say whether it receives mail to it', fix);
  return fault(what, `Resend does not receive mail to ${mailbox}`, fix);
}
