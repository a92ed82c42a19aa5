import { distance } from 'fastest-levenshtein';

/** Domains that many people use; something very similar is probably a typo. */
const common = [
  'gmail.com',
  'googlemail.com',
  'outlook.com',
  'hotmail.com',
  'hotmail.co.uk',
  'live.com',
  'msn.com',
  'yahoo.com',
  'yahoo.co.uk',
  'icloud.com',
  'me.com',
  'aol.com',
  'gmx.de',
  'gmx.net',
  'gmx.at',
  'web.de',
  'proton.me',
  'protonmail.com',
  'fastmail.com',
  'hey.com',
  'mail.com',
  'email.com',
  'ymail.com',
  'yandex.ru',
  'qq.com',
];

/** Short names are too similar to other real domains. */
const suggested = common.filter(
  (domain) => domain.length >= 8 && domain !== 'mail.com' && domain !== 'email.com',
);

/** Whether so many people use this domain that a limit per domain would hit all of them. */
export const isCommonDomain = (domain: string) => common.includes(domain);

export const domainOf = (email: string) => email.slice(email.lastIndexOf('@') + 1);

/** The address that was probably meant (`ada@gmial.com` → `ada@gmail.com`), or null if there is no typo. */
export function suggestCorrection(email: string): string | null {
  const domain = domainOf(email);
  if (isCommonDomain(domain)) return null;
  const meant = suggested.find((known) => isOneTypoAway(domain, known));
  return meant === undefined ? null : `${email.slice(0, -domain.length)}${meant}`;
}

/** One letter missing, extra or wrong, or two adjacent letters swapped. */
function isOneTypoAway(typed: string, meant: string): boolean {
  return distance(typed, meant) === 1 || [...meant].some((_, at) => swapNext(meant, at) === typed);
}

const swapNext = (word: string, at: number) =>
  `${word.slice(0, at)}${word.slice(at + 1, at + 2)}${word.charAt(at)}${word.slice(at + 2)}`;
