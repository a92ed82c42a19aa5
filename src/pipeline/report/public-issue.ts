import { readPublicRendering } from '../../db/queries/issue/public-issues.ts';
import { publicIssue } from '../../render/public-issue.ts';
import type { PipelineContext } from '../context.ts';

/** An issue as it was sent, for anybody: no link of a reader in it. Null until it is frozen. Reads only. */
export async function readPublicIssue(
  ctx: Pick<PipelineContext, 'db'>,
  week: string,
): Promise<{ readonly html: string; readonly text: string } | null> {
  const rendered = await readPublicRendering(ctx.db, week);
  return rendered === null ? null : publicIssue(rendered);
}
