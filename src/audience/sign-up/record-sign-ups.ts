import { insertSignUps } from '../../db/queries/audience/sign-ups.ts';
import type { EmailAddress } from '../../domain/audience/email-address.ts';
import { networkOf } from '../../domain/audience/limits.ts';
import { consentWording, type SignUpPurpose } from '../../domain/audience/subscriber.ts';
import type { AudienceContext } from '../context.ts';

export interface SignUp {
  readonly email: EmailAddress;
  /** IP address of the client. */
  readonly ip: string;
  /** Where the sign-up came from, as kept with the consent: `sign-up page`, `sign-up form at https://…`. */
  readonly source: string;
  readonly purpose: SignUpPurpose;
  /** Version of the consent wording that the form showed; null when the form did not name one. */
  readonly shownVersion: string | null;
}

/**
 * Records sign-ups and enqueues a job for each, in one transaction, whatever we know about the addresses: neither the
 * answer nor the time it takes gives that away. Running it twice is harmless, since the job decides.
 */
export async function recordSignUps(ctx: AudienceContext, signUps: readonly SignUp[]): Promise<void> {
  const at = ctx.clock.now();
  const rows = signUps.map(({ email, ip, source, purpose, shownVersion }) => ({
    email,
    network: ctx.keys.hashNetwork(networkOf(ip)),
    source,
    purpose,
    shownVersion,
  }));
  const wording = consentWording(ctx.settings.publication.name);
  await ctx.db.transaction(async (tx) => {
    const ids = await insertSignUps(tx, rows, wording, at);
    const jobs = ids.map((signUpId) => ({ key: String(signUpId), data: { signUpId } }));
    await ctx.queue.enqueueAll(tx, 'settle-sign-up', jobs);
  });
}
