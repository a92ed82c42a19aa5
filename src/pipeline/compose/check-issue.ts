import type { Queryable } from '../../db/client.ts';
import { readPairTakenBy, readTakenBy } from '../../db/queries/issue/comparisons.ts';
import {
  findIssue,
  type IssueRow,
  previousAudience,
  readEarlierSubjects,
} from '../../db/queries/issue/issues.ts';
import { countAudience } from '../../db/queries/sending/freeze.ts';
import type { SourceChange } from '../../domain/comparison/changes.ts';
import type { Finding, Override } from '../../domain/issue/finding.ts';
import { weekBefore } from '../../domain/issue/week.ts';
import { done, type Result } from '../../domain/refusal.ts';
import { preflight } from '../../preflight/preflight.ts';
import type { PipelineContext } from '../context.ts';
import { noIssue } from '../refusals.ts';
import { hashRendering } from './rendering.ts';
import { siteChanges } from './site-changes.ts';

export interface Checked {
  readonly issue: IssueRow;
  readonly findings: readonly Finding[];
  /** The rules that a person overrode in the approval that stands. */
  readonly overrides: readonly Override[];
}

/** Runs the preflight rules over the stored bytes of an issue. Reads only. */
export async function checkIssue(ctx: PipelineContext, week: string): Promise<Result<Checked>> {
  const issue = await findIssue(ctx.db, week);
  if (issue === null) return noIssue(week);
  const stands = issue.approvedSha256 === hashRendering(issue, issue.envelope);
  return done({
    issue,
    findings: await findingsOf(ctx, ctx.db, issue, await siteChanges(ctx.db, issue, ctx.clock.now())),
    overrides: stands ? issue.overrides : [],
  });
}

export async function findingsOf(
  ctx: PipelineContext,
  db: Queryable,
  issue: Pick<
    IssueRow,
    'id' | 'week' | 'content' | 'envelope' | 'subject' | 'preheader' | 'html' | 'text' | 'placeholder'
  >,
  changes: readonly SourceChange[],
): Promise<readonly Finding[]> {
  const slugs = issue.content.comparisons.map((comparison) => comparison.slug);
  return preflight({
    rendered: issue,
    envelope: issue.envelope,
    content: issue.content,
    facts: {
      confirmedReaders: await countAudience(db, ctx.clock.now()),
      previousAudience: await previousAudience(db, issue.week),
      earlierWeekOf: Object.fromEntries(await readTakenBy(db, slugs, issue.id)),
      siteChanges: changes,
      pairWeekOf: await readPairTakenBy(db, slugs, issue, weekBefore(issue.week, 26)),
      earlierSubjects: await readEarlierSubjects(db, issue),
      production: ctx.mailer.provider !== 'outbox',
    },
  });
}

/** Errors that no person has overridden. */
export function blocking(findings: readonly Finding[], overridden: ReadonlySet<string>): readonly Finding[] {
  return findings.filter((finding) => finding.severity === 'error' && !overridden.has(finding.rule));
}
