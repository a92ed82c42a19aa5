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
export function probablyMeant(email: string): string | null {
  const domain = domainOf(email);
  if (isCommonDomain(domain)) return null;
  const meant = suggested.find((known) => isOneSlipAway(domain, known));
  return meant === undefined ? null : `${email.slice(0, -domain.length)}${meant}`;
}

/** One letter missing, too many, wrong, or two neighbours swapped. */
function isOneSlipAway(typed: string, meant: string): boolean {
  let start = 0;
  while (start < meant.length && typed[start] === meant[start]) start += 1;
  const [a, b] = [typed.slice(start), meant.slice(start)];
  return (
    a.slice(1) === b ||
    a === b.slice(1) ||
    a.slice(1) === b.slice(1) ||
    (a[0] === b[1] && a[1] === b[0] && a.slice(2) === b.slice(2))
  );
}
