import { type IssueRow, recordTemplateError } from '../../db/queries/issue/issues.ts';
import { templateAlias } from '../../domain/sending/delivery.ts';
import type { PipelineContext } from '../context.ts';
import type { DeliverOptions } from './delivery.ts';
import { holdSending } from './hold-pause-resume-cancel.ts';
import { sleep } from './shared-pace.ts';

const retryAfterMs = 2_000;

/**
 * In template mode, publishes the issue at the provider as a template of its own, before the first batch; in inline
 * mode does nothing. Every worker may do this, any number of times: there is still one template. True when batches
 * may be posted, false when stopped or when the provider refused the template, which holds the issue.
 */
export async function publishIssueTemplate(
  ctx: PipelineContext,
  issue: IssueRow,
  { signal, onTrouble }: Pick<DeliverOptions, 'signal' | 'onTrouble'> = {},
): Promise<boolean> {
  const { mailer } = ctx;
  if (issue.envelope.mode === 'inline' || mailer.publishTemplate === undefined) return true;
  let { templateError } = issue;
  while (signal?.aborted !== true) {
    const source = { ...sourceOf(issue), alias: aliasOf(issue) };
    const outcome = await mailer.publishTemplate(source, () => ctx.pace.turn(signal));
    const reason = outcome.kind === 'published' ? null : outcome.reason;
    if (reason !== templateError) await recordTemplateError(ctx.db, issue.id, reason);
    templateError = reason;
    if (outcome.kind === 'published') return true;
    onTrouble?.(`The template is not published: ${outcome.reason}`);
    if (outcome.kind === 'hold-issue') {
      const { reason } = outcome;
      await ctx.db.transaction((tx) => holdSending(ctx, tx, issue.id, reason));
      return false;
    }
    await sleep(outcome.afterMs ?? retryAfterMs, signal);
  }
  return false;
}

/** The template that an email of this issue refers to; undefined when each email carries the whole issue. */
export function templateReference(
  { mailer }: PipelineContext,
  issue: IssueRow,
): { alias: string } | undefined {
  const templated = issue.envelope.mode === 'template' && mailer.publishTemplate !== undefined;
  return templated ? { alias: aliasOf(issue) } : undefined;
}

const aliasOf = (issue: IssueRow) => templateAlias(issue.week, issue.sha256);

const sourceOf = ({ subject, html, text, placeholder, envelope }: IssueRow) => ({
  subject,
  html,
  text,
  placeholder,
  from: envelope.from,
});
