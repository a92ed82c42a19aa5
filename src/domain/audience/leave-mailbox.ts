/**
 * Where mail programs post a reader's wish to leave (RFC 2369): the address of `UNSUBSCRIBE_MAILBOX` with the reader's
 * leave token behind a plus. The token is in lower case, since some programs change the case of addresses.
 */
export const leaveAddress = (mailbox: string, leaveToken: string) => mailbox.replace('@', `+${leaveToken}@`);

/** Stands for the leave token in a header, as the placeholder stands for the reader token. */
export const leavePlaceholder = (placeholder: string) => `leave-${placeholder}`;

/** A UUID as PostgreSQL writes it: the leave token of this address, or null if it has none of this mailbox. */
export function leaveTokenOf(address: string, mailbox: string): string | null {
  const bare = /<([^<>]*)>\s*$/.exec(address)?.[1] ?? address;
  const [name = '', domain] = mailbox.toLowerCase().split('@');
  const [local = '', at] = bare.trim().toLowerCase().split('@');
  const token = local.slice(name.length + 1);
  return at === domain && local.startsWith(`${name}+`) && isUuid.test(token) ? token : null;
}

const isUuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
