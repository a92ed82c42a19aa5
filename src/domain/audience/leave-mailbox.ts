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

/**
 * Whether a subject is that of an automatic reply or a bounce, which nobody wrote who wants to leave. Subjects are all
 * that an event says of a mail; RFC 3834, 3.1.5, and what the usual servers write.
 */
export const isAutomaticReply = (subject: string) => automatic.test(subject);

const automatic = new RegExp(
  [
    String.raw`^\s*\[?auto(?:matic(?:ally)?|mated)?[\s_-]*(?:re(?:ply|sponse|sponder)|antwort|generated)?\s*[:\]]`,
    String.raw`^\s*automatic (?:reply|response)`,
    String.raw`\bout[ -]of[ -](?:the[ -])?office\b`,
    String.raw`\b(?:on|annual|parental|maternity) leave\b`,
    String.raw`\b(?:vacation|holiday) (?:reply|response|notice|message)\b`,
    String.raw`\babwesenheit`,
    String.raw`\bautomatische?r? antwort`,
    String.raw`\br[ée]ponse automatique\b`,
    String.raw`\brespuesta autom[áa]tica\b`,
    String.raw`\bresposta autom[áa]tica\b`,
    String.raw`\brisposta automatica\b`,
    String.raw`\bautomatisch antwoord\b`,
    String.raw`\bautosvar\b`,
    String.raw`^\s*(?:undeliver(?:able|ed)|returned mail|delivery status notification|mail delivery (?:failed|failure|subsystem))`,
  ].join('|'),
  'iu',
);
