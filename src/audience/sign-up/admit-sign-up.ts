import { insertRefusedSignUp } from '../../db/queries/audience/sign-ups.ts';
import { networkOf } from '../../domain/audience/limits.ts';
import type { AudienceContext } from '../context.ts';
import type { SignUp } from './record-sign-ups.ts';

/** Refused attempts of one network that are written down within an hour: enough to see an attack by. */
const refusalsKept = 1_000;

export type Admission = { readonly ok: true } | { readonly ok: false; readonly retryAfterMs: number };

/** Whether this network may sign up another address: 30 an hour. Counts every try, also those refused. */
export async function admitSignUp(
  ctx: AudienceContext,
  { ip, source }: Pick<SignUp, 'ip' | 'source'>,
): Promise<Admission> {
  const network = ctx.keys.hashNetwork(networkOf(ip));
  const { ok, taken, retryAfterMs } = await ctx.limits.network.take(network);
  if (ok) return { ok };
  if (taken <= refusalsKept) await insertRefusedSignUp(ctx.db, { network, source, at: ctx.clock.now() });
  return { ok, retryAfterMs };
}
