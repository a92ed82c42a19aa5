import { randomUUID } from 'node:crypto';
import { type Diagnosis, fault, good } from '../../domain/diagnosis.ts';
import { renderMail } from '../../render/render-mail.ts';
import type { PipelineContext } from '../context.ts';

/** Checks that mail can be sent by sending one, to the first address, the way issues are sent. Run twice, it mails twice. */
export async function checkSending(ctx: PipelineContext, to: readonly string[]): Promise<Diagnosis> {
  const [address] = to;
  if (address === undefined)
    return fault('Live mail', 'there is no address to send it to', 'Give --to, or set EDITOR_EMAILS.');
  const mail = await renderMail('editor-notice', {
    newsletter: ctx.settings.publication.name,
    week: 'doctor --live',
    label: 'Test',
    headline: 'Sending works',
    lines: ['This mail was sent the same way as an issue.'],
    next: 'Nothing to do.',
  });
  const { from, replyTo } = ctx.settings;
  const prepared = await ctx.mailer.prepare({
    group: 'doctor',
    date: ctx.clock.now(),
    emails: [{ from, replyTo, to: address, ...mail, headers: {}, tags: { notice: 'doctor' } }],
  });
  const outcome = await prepared.post(`doctor-${randomUUID()}`);
  if (outcome.kind === 'submitted' && outcome.rejected.length === 0)
    return good('Live mail', 'was accepted; check that it arrives');
  const reason = outcome.kind === 'submitted' ? outcome.rejected[0]?.reason : outcome.reason;
  return fault('Live mail', `was not accepted: ${reason}`, 'Fix what it says, then try again.');
}
