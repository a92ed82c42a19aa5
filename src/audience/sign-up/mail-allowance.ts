import { isSlowedDown } from '../../db/queries/audience/sign-ups.ts';
import type { Limit, Taken } from '../../domain/audience/limits.ts';
import { domainOf, isCommonDomain } from '../../domain/audience/typo.ts';
import type { AudienceContext } from '../context.ts';

export type MailAllowance =
  | { readonly kind: 'now' }
  | { readonly kind: 'later'; readonly afterMs: number }
  /** This address has had its daily maximum: somebody else keeps typing it. */
  | { readonly kind: 'never' };

/** While sign-ups are slowed down a mail counts tenfold, which leaves a tenth of the budget. */
const slowedCost = 10;

interface Charge {
  readonly limit: Limit;
  readonly key: string;
  readonly points: number;
}

/**
 * Whether a confirmation or a reminder may be mailed to this address now, and counts it if so: against the limit
 * of the address, that of its domain, and the overall budget. A refused mail counts against none of them.
 */
export async function takeMailAllowance(ctx: AudienceContext, email: string): Promise<MailAllowance> {
  const { address, domain, mails } = ctx.limits;
  const own = { limit: address, key: ctx.keys.hashAddress(email), points: 1 };
  const shared: Charge[] = [
    { limit: mails, key: 'all', points: (await isSlowedDown(ctx.db)) ? slowedCost : 1 },
  ];
  if (!isCommonDomain(domainOf(email)))
    shared.unshift({ limit: domain, key: domainOf(email).slice(0, 200), points: 1 });
  const refusal = await takeAll([own, ...shared]);
  if (refusal === null) return { kind: 'now' };
  return refusal.limit === address ? { kind: 'never' } : { kind: 'later', afterMs: refusal.retryAfterMs };
}

/** Takes from each limit in turn. When one refuses, gives back everything taken so far, its own points included. */
async function takeAll(
  charges: readonly Charge[],
): Promise<(Pick<Taken, 'retryAfterMs'> & { readonly limit: Limit }) | null> {
  const taken: Charge[] = [];
  for (const charge of charges) {
    const { ok, retryAfterMs } = await charge.limit.take(charge.key, charge.points);
    taken.push(charge);
    if (ok) continue;
    for (const { limit, key, points } of taken) await limit.giveBack(key, points);
    return { limit: charge.limit, retryAfterMs: Math.max(retryAfterMs, 1_000) };
  }
  return null;
}
