import type { IssueRow } from '../../db/queries/issue/issues.ts';
import { templateAlias } from '../../domain/sending/delivery.ts';
import type { PipelineContext } from '../context.ts';
import { sleep } from '../sleep.ts';
import { holdSending } from './hold-sending.ts';

const askAgainMs = 2_000;

/**
 * Template mode, before the first batch: the issue becomes one published template at the provider. Every lane
 * may do this, and do it again. True when batches may be posted; a trouble that is ours holds the issue.
 */
export async function publishIssue(
  ctx: PipelineContext,
  issue: IssueRow,
  signal?: AbortSignal,
): Promise<boolean> {
  const { mailer } = ctx;
  if (issue.envelope.mode === 'inline' || mailer.publishTemplate === undefined) return true;
  while (signal?.aborted !== true) {
    const source = { ...sourceOf(issue), alias: aliasOf(issue) };
    const outcome = await mailer.publishTemplate(source, () => ctx.pace.turn(signal));
    if (outcome.kind === 'published') return true;
    if (outcome.kind === 'hold-issue') {
      await holdSending(ctx, issue, outcome.reason);
      return false;
    }
    await sleep(outcome.afterMs ?? askAgainMs, signal);
  }
  return false;
}

/** What an email of this issue refers to instead of carrying it; undefined when it carries all. */
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
