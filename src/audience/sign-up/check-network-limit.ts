import { insertRefusedSignUp } from '../../db/queries/audience/sign-ups.ts';
import { networkOf } from '../../domain/audience/limits.ts';
import type { AudienceContext } from '../context.ts';
import type { SignUp } from './record-sign-ups.ts';

/** Refused attempts of one network that are recorded per hour: enough to recognise an attack. */
const maxRefusals = 1_000;

export type NetworkLimit = { readonly ok: true } | { readonly ok: false; readonly retryAfterMs: number };

/** Whether this network may sign up another address: 30 an hour. Counts every attempt, including refused ones. */
export async function checkNetworkLimit(
  ctx: AudienceContext,
  { ip, source }: Pick<SignUp, 'ip' | 'source'>,
): Promise<NetworkLimit> {
  const network = ctx.keys.hashNetwork(networkOf(ip));
  const { ok, taken, retryAfterMs } = await ctx.limits.network.take(network);
  if (ok) return { ok };
  if (taken <= maxRefusals) await insertRefusedSignUp(ctx.db, { network, source, at: ctx.clock.now() });
  return { ok, retryAfterMs };
}
