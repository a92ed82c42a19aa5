import { type IssueRow, listIssues } from '../../db/queries/issue/issues.ts';
import { readPublicRendering } from '../../db/queries/issue/public-issues.ts';
import { countAudience } from '../../db/queries/sending/freeze.ts';
import type { Finding } from '../../domain/issue/finding.ts';
import type { IssueContent } from '../../domain/issue/issue.ts';
import { weekKeyOf } from '../../domain/issue/week.ts';
import { done, type Result } from '../../domain/refusal.ts';
import type { Email } from '../../domain/sending/email.ts';
import { issueFiller } from '../../render/fill.ts';
import { publicIssue } from '../../render/placeholder.ts';
import { checkIssue, findingsOf } from '../compose/check-issue.ts';
import { draftIssue } from '../compose/draft-issue.ts';
import { readerEmail, sampleReader } from '../compose/reader-email.ts';
import type { Candidates } from '../compose/select-candidates.ts';
import type { PipelineContext } from '../context.ts';
import { noIssue } from '../refusals.ts';
import { type IssueStatusReport, issueStatus } from './issue-status.ts';

/** An issue as editors see it, with the email of a sample reader. */
export interface IssuePreview {
  readonly content: IssueContent;
  readonly preheader: string;
  readonly email: Email;
  /** Size of the stored html, which is what the check measures. */
  readonly htmlBytes: number;
  readonly findings: readonly Finding[];
  readonly overrides: IssueRow['overrides'];
  /** Null until the issue is composed. */
  readonly report: IssueStatusReport | null;
  /** Before the freeze: how many would get it now. */
  readonly wouldReach: number | null;
  readonly leftOut: Candidates['leftOut'];
}

export type Coming =
  | { readonly kind: 'stored' | 'not-composed'; readonly week: string; readonly preview: IssuePreview }
  | { readonly kind: 'nothing-new'; readonly week: string; readonly leftOut: Candidates['leftOut'] };

/**
 * The issue of a week as it is stored or, for the current week while it has none, as `compose` would make it now.
 * Reads only, from one snapshot.
 */
export async function previewIssue(
  ctx: PipelineContext,
  week: string,
): Promise<Result<{ readonly preview: IssuePreview }>> {
  return withSnapshot(ctx, async (snapshot) => {
    const stored = await previewStored(snapshot, week);
    if (stored !== null) return done({ preview: stored });
    const coming = week === currentWeek(ctx) ? await previewDraft(snapshot, week) : null;
    return coming === null || coming.kind === 'nothing-new'
      ? noIssue(week)
      : done({ preview: coming.preview });
  });
}

/** The current week's issue as it is stored, or as `compose` would make it now. Reads only, from one snapshot. */
export async function previewComing(ctx: PipelineContext): Promise<Coming> {
  return withSnapshot(ctx, async (snapshot) => {
    const week = currentWeek(ctx);
    const preview = await previewStored(snapshot, week);
    return preview === null ? previewDraft(snapshot, week) : { kind: 'stored', week, preview };
  });
}

/** The newest issues except the current week's, at most `limit`, and how many there are. Reads only, from one snapshot. */
export async function listEarlierIssues(
  ctx: PipelineContext,
  limit: number,
): Promise<{ readonly total: number; readonly newest: readonly IssueStatusReport[] }> {
  return withSnapshot(ctx, async (snapshot) => {
    const all = (await listIssues(snapshot.db)).filter(({ week }) => week !== currentWeek(ctx));
    const newest: IssueStatusReport[] = [];
    for (const { week } of all.slice(0, limit)) {
      const status = await issueStatus(snapshot, week);
      if (status.ok) newest.push(status.report);
    }
    return { total: all.length, newest };
  });
}

/** A frozen issue as anyone may see it, without any reader's links; null for any other. Reads only. */
export async function readPublicIssue(
  ctx: Pick<PipelineContext, 'db'>,
  week: string,
): Promise<{ readonly html: string; readonly text: string } | null> {
  const rendered = await readPublicRendering(ctx.db, week);
  return rendered === null ? null : publicIssue(rendered);
}

async function previewStored(ctx: PipelineContext, week: string): Promise<IssuePreview | null> {
  const checked = await checkIssue(ctx, week);
  const status = await issueStatus(ctx, week);
  const filled = await readerEmail(ctx, week, null);
  if (!checked.ok || !status.ok || !filled.ok) return null;
  const { issue, findings } = checked;
  return {
    content: issue.content,
    preheader: issue.preheader,
    email: filled.email,
    htmlBytes: Buffer.byteLength(issue.html),
    findings,
    overrides: issue.overrides,
    report: status.report,
    wouldReach: status.report.wouldReach,
    leftOut: [],
  };
}

async function previewDraft(ctx: PipelineContext, week: string): Promise<Coming> {
  const draft = await draftIssue(ctx, ctx.db, week, {
    existing: null,
    edits: {},
    cutoff: ctx.clock.now(),
  });
  if (draft.kind === 'nothing-new') return { week, ...draft };
  const { content, leftOut, notTaken } = draft;
  const { rendered, envelope } = draft.rendering;
  const tooMany = `an issue takes at most ${ctx.settings.maxComparisons} (MAX_COMPARISONS)`;
  const preview: IssuePreview = {
    content,
    preheader: rendered.preheader,
    email: issueFiller(rendered, envelope)(sampleReader, {}),
    htmlBytes: Buffer.byteLength(rendered.html),
    findings: await findingsOf(ctx, ctx.db, { ...rendered, id: notStored, week, content, envelope }, []),
    overrides: [],
    report: null,
    wouldReach: await countAudience(ctx.db, ctx.clock.now()),
    leftOut: [...leftOut, ...notTaken.map((slug) => ({ slug, reason: tooMany }))],
  };
  return { kind: 'not-composed', week, preview };
}

/** Not the id of any issue: ids start at 1. */
const notStored = 0;

const currentWeek = ({ clock, settings }: PipelineContext) => weekKeyOf(clock.now(), settings.timeZone);

function withSnapshot<T>(ctx: PipelineContext, read: (ctx: PipelineContext) => Promise<T>): Promise<T> {
  return ctx.db.transaction((tx) => read({ ...ctx, db: tx }), {
    isolationLevel: 'repeatable read',
    accessMode: 'read only',
  });
}
