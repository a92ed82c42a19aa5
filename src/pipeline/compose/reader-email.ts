import { findSubscriber } from '../../db/queries/audience/subscribers.ts';
import { findIssue } from '../../db/queries/issue/issues.ts';
import type { IssueContent } from '../../domain/issue/issue.ts';
import type { Recipient } from '../../domain/issue/rendered-issue.ts';
import { done, type Result, refuse } from '../../domain/refusal.ts';
import type { Email } from '../../domain/sending/email.ts';
import { issueFiller } from '../../render/fill.ts';
import type { PipelineContext } from '../context.ts';
import { noIssue } from '../refusals.ts';

/** Not a subscriber: the links made for it lead nowhere. */
export const sampleReader: Recipient = {
  subscriberId: 0,
  email: 'reader@newsletter.example',
  readerToken: 'sample-reader-00000000',
  leaveToken: '00000000-0000-0000-0000-000000000000',
};

/** The issue exactly as the reader with this address gets it; for null, as a sample reader would. Reads only. */
export async function readerEmail(
  ctx: PipelineContext,
  week: string,
  email: string | null,
): Promise<Result<{ email: Email; content: IssueContent; sha256: string }>> {
  const issue = await findIssue(ctx.db, week);
  if (issue === null) return noIssue(week);
  const reader = email === null ? null : await findSubscriber(ctx.db, email);
  if (email !== null && reader === null) return refuse(`No subscriber has the address ${email}.`);
  const fill = issueFiller(issue, issue.envelope);
  return done({
    email: fill(reader ?? sampleReader, { issue: String(issue.id) }),
    content: issue.content,
    sha256: issue.sha256,
  });
}
