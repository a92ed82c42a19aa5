import { insertRefusedSignUp, insertSignUp } from '../db/queries/sign-ups.ts';
import { consentWording } from '../domain/consent.ts';
import type { EmailAddress } from '../domain/email-address.ts';
import { networkOf } from '../domain/network.ts';
import type { AudienceContext } from './context.ts';

/** Refused attempts of one network that are written down within an hour: enough to see an attack by. */
const refusalsKept = 1_000;

export interface SignUp {
  readonly email: EmailAddress;
  /** IP address of the sender. */
  readonly ip: string;
  /** `sign-up page`, or the origin of the page that holds the form. */
  readonly source: string;
  /** Version of the consent wording that the form showed; null when it did not say. */
  readonly shownVersion: string | null;
}

export type SignUpAnswer = { readonly ok: true } | { readonly ok: false; readonly retryAfterMs: number };

/**
 * Takes a sign-up: writes it down with its job, whatever is known of the address, so that neither answer nor
 * time tells. Refuses only what its network has tried too often (30 an hour). Twice is harmless: the job decides.
 */
export async function signUp(
  ctx: AudienceContext,
  { email, ip, source, shownVersion }: SignUp,
): Promise<SignUpAnswer> {
  const at = ctx.clock.now();
  const network = ctx.keys.hashNetwork(networkOf(ip));
  const { ok, taken, retryAfterMs } = await ctx.limits.network.take(network);
  if (!ok) {
    if (taken <= refusalsKept) await insertRefusedSignUp(ctx.db, { network, source, at });
    return { ok, retryAfterMs };
  }
  const wording = consentWording(ctx.settings.publication.name);
  await ctx.db.transaction(async (tx) => {
    const id = await insertSignUp(tx, { email, network, source, wording, shownVersion, at });
    await ctx.queue.enqueue(tx, 'settle-sign-up', String(id), { signUpId: id });
  });
  return { ok: true };
}
