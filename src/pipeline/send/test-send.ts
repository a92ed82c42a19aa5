import { randomUUID } from 'node:crypto';
import type { EmailAddress } from '../../domain/audience/email-address.ts';
import { done, type Result, refuse } from '../../domain/refusal.ts';
import { readerEmail } from '../compose/reader-email.ts';
import type { PipelineContext } from '../context.ts';

/**
 * Mails the issue to members of staff, with the same rendering, mailer and pace as the real send. Nothing goes into
 * the ledger, the subject is marked [TEST], and the reader's links lead nowhere. Run twice, it mails twice.
 */
export async function testSend(
  ctx: PipelineContext,
  week: string,
  to: readonly EmailAddress[],
): Promise<Result<{ readonly submitted: number }>> {
  const issue = await readerEmail(ctx, week, null);
  if (!issue.ok) return issue;
  const { email } = issue;
  const prepared = await ctx.mailer.prepare({
    group: `${week}-test`,
    date: ctx.clock.now(),
    emails: to.map((address) => ({
      ...email,
      to: address,
      subject: `[TEST] ${email.subject}`,
      tags: { test: week },
    })),
  });
  await ctx.pace.turn();
  const outcome = await prepared.post(`test-${week}-${randomUUID()}`);
  if (outcome.kind !== 'submitted')
    return refuse(`The test mail was not accepted (${outcome.kind}): ${outcome.reason}`);
  const [rejected] = outcome.rejected;
  if (rejected !== undefined) return refuse(`A test mail was rejected: ${rejected.reason}`);
  return done({ submitted: to.length });
}
