import { distance } from 'fastest-levenshtein';

/** Domains that many addresses have; near misses of these are typing errors. */
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

/** Short names have too many honest neighbours. */
const suggested = common.filter(
  (domain) => domain.length >= 8 && domain !== 'mail.com' && domain !== 'email.com',
);

/** Whether so many share this domain that a limit for one domain would hit them all. */
export const isCommonDomain = (domain: string) => common.includes(domain);

export const domainOf = (email: string) => email.slice(email.lastIndexOf('@') + 1);

/** The address that was probably meant (`ada@gmial.com` → `ada@gmail.com`), or null. */
export function suggestCorrection(email: string): string | null {
  const domain = domainOf(email);
  if (isCommonDomain(domain)) return null;
  const meant = suggested.find((known) => isOneSlipAway(domain, known));
  return meant === undefined ? null : `${email.slice(0, -domain.length)}${meant}`;
}

/** One letter missing, too many, wrong, or two neighbours swapped. */
function isOneSlipAway(typed: string, meant: string): boolean {
  return distance(typed, meant) === 1 || [...meant].some((_, at) => swapNext(meant, at) === typed);
}

const swapNext = (word: string, at: number) =>
  `${word.slice(0, at)}${word.slice(at + 1, at + 2)}${word.charAt(at)}${word.slice(at + 2)}`;
