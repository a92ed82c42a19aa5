/**
 * Whether a subject, or what a server says of a bounce, is that of an automatic reply, which nobody wrote: RFC 3834,
 * 3.1.5, and what the usual servers write.
 */
export const isAutomaticReply = (text: string) => automaticReply.test(text.slice(0, longestText));

/** Whether a subject is that of a mail which came back. */
export const isBounce = (subject: string) => bounce.test(subject);

const longestText = 2_000;

const automaticReply = new RegExp(
  [
    String.raw`^\s*\[?auto(?:matic(?:ally)?|mated)?[\s_-]*(?:re(?:ply|sponse|sponder)|antwort|generated)?\s*[:\]]`,
    String.raw`\bauto(?:matic|mated)?[ -]?(?:reply|response|responder)\b`,
    String.raw`\bauto-replied\b`,
    String.raw`\bout[ -]of[ -](?:the[ -])?office\b`,
    String.raw`\bon vacation\b`,
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
  ].join('|'),
  'iu',
);

const bounce =
  /^\s*(?:undeliver(?:able|ed)|returned mail|delivery status notification|mail delivery (?:failed|failure|subsystem))/iu;
