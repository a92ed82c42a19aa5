import { isSlowedDown } from '../../db/queries/audience/sign-ups.ts';
import type { Limit, Taken } from '../../domain/audience/limits.ts';
import { domainOf, isCommonDomain } from '../../domain/audience/typing-error.ts';
import type { AudienceContext } from '../context.ts';

export type MailPermit =
  | { readonly kind: 'now' }
  | { readonly kind: 'later'; readonly afterMs: number }
  /** This address has got as many as it may in a day: somebody else is typing it. */
  | { readonly kind: 'never' };

/** While slowed down a mail counts tenfold, so that a tenth of the budget is left. */
const slowedCost = 10;

interface Wanted {
  readonly limit: Limit;
  readonly key: string;
  readonly points: number;
}

/**
 * Whether a confirmation or a reminder may be mailed to this address now: by the address's own limit, that of
 * its domain, and the budget of all. What is refused uses up none of them.
 */
export async function takeMailPermit(ctx: AudienceContext, email: string): Promise<MailPermit> {
  const { address, domain, mails } = ctx.limits;
  const addressHash = ctx.keys.hashAddress(email);
  const own = { limit: address, key: addressHash, points: 1 };
  const shared: Wanted[] = [
    { limit: mails, key: 'all', points: (await isSlowedDown(ctx.db)) ? slowedCost : 1 },
  ];
  if (!isCommonDomain(domainOf(email)))
    shared.unshift({ limit: domain, key: domainOf(email).slice(0, 200), points: 1 });
  const refusal = await takeAll([own, ...shared]);
  if (refusal === null) return { kind: 'now' };
  return refusal.limit === address ? { kind: 'never' } : { kind: 'later', afterMs: refusal.retryAfterMs };
}

/** Takes from each in turn; at a refusal gives back what was taken, also by the one that refused. */
async function takeAll(
  wanted: readonly Wanted[],
): Promise<(Pick<Taken, 'retryAfterMs'> & { readonly limit: Limit }) | null> {
  const taken: Wanted[] = [];
  for (const one of wanted) {
    const { ok, retryAfterMs } = await one.limit.take(one.key, one.points);
    taken.push(one);
    if (ok) continue;
    for (const { limit, key, points } of taken) await limit.giveBack(key, points);
    return { limit: one.limit, retryAfterMs: Math.max(retryAfterMs, 1_000) };
  }
  return null;
}
