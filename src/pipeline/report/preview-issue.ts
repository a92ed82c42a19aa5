import { type IssueRow, listIssues } from '../../db/queries/issue/issues.ts';
import { countAudience } from '../../db/queries/sending/freeze.ts';
import type { Finding } from '../../domain/issue/finding.ts';
import type { IssueContent } from '../../domain/issue/issue.ts';
import { weekKeyOf } from '../../domain/issue/week.ts';
import { done, type Result } from '../../domain/refusal.ts';
import type { Email } from '../../domain/sending/email.ts';
import { issueFiller } from '../../render/fill.ts';
import { checkIssue, findingsOf } from '../compose/check-issue.ts';
import { draftIssue } from '../compose/draft-issue.ts';
import { readerEmail, sampleReader } from '../compose/reader-email.ts';
import type { Candidates } from '../compose/select-candidates.ts';
import type { PipelineContext } from '../context.ts';
import { noIssue } from '../no-issue.ts';
import { type IssueStatusReport, issueStatus } from './issue-status.ts';

/** An issue as editors look at it; the email is a sample reader's. */
export interface IssuePreview {
  readonly content: IssueContent;
  readonly preheader: string;
  readonly email: Email;
  /** Of the stored html, which is what the check measures. */
  readonly htmlBytes: number;
  readonly findings: readonly Finding[];
  readonly overrides: IssueRow['overrides'];
  /** `null` while the issue is not composed. */
  readonly report: IssueStatusReport | null;
  /** Before the freeze: who would get it now. */
  readonly wouldReach: number | null;
  readonly leftOut: Candidates['leftOut'];
}

export type Coming =
  | { readonly kind: 'stored' | 'not-composed'; readonly week: string; readonly preview: IssuePreview }
  | { readonly kind: 'nothing-new'; readonly week: string; readonly leftOut: Candidates['leftOut'] };

/**
 * The issue of a week: as stored or, for the current week before its compose, as compose would make it now.
 * Reads only, all at one moment, in a transaction that could not write.
 */
export async function previewIssue(
  ctx: PipelineContext,
  week: string,
): Promise<Result<{ readonly preview: IssuePreview }>> {
  return atOneMoment(ctx, async (then) => {
    const stored = await previewStored(then, week);
    if (stored !== null) return done({ preview: stored });
    const coming = week === currentWeek(ctx) ? await previewDraft(then, week) : null;
    return coming === null || coming.kind === 'nothing-new'
      ? noIssue(week)
      : done({ preview: coming.preview });
  });
}

/** The current week's issue, or what compose would make of the week now. Reads only. */
export async function previewComing(ctx: PipelineContext): Promise<Coming> {
  return atOneMoment(ctx, async (then) => {
    const week = currentWeek(ctx);
    const preview = await previewStored(then, week);
    return preview === null ? previewDraft(then, week) : { kind: 'stored', week, preview };
  });
}

/** The newest issues but for the current week's, at most `limit`, and how many there are. Reads only. */
export async function listEarlierIssues(
  ctx: PipelineContext,
  limit: number,
): Promise<{ readonly total: number; readonly newest: readonly IssueStatusReport[] }> {
  return atOneMoment(ctx, async (then) => {
    const all = (await listIssues(then.db)).filter(({ week }) => week !== currentWeek(ctx));
    const newest: IssueStatusReport[] = [];
    for (const { week } of all.slice(0, limit)) {
      const status = await issueStatus(then, week);
      if (status.ok) newest.push(status.report);
    }
    return { total: all.length, newest };
  });
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
  const draft = await draftIssue(ctx, ctx.db, week, null, {});
  if (draft.kind === 'nothing-new') return { week, ...draft };
  const { content, leftOut, notTaken } = draft;
  const { rendered, envelope } = draft.rendering;
  const beyond = `an issue takes at most ${ctx.settings.maxComparisons} (MAX_COMPARISONS)`;
  const preview: IssuePreview = {
    content,
    preheader: rendered.preheader,
    email: issueFiller(rendered, envelope)(sampleReader, {}),
    htmlBytes: Buffer.byteLength(rendered.html),
    findings: await findingsOf(ctx, ctx.db, { ...rendered, id: notStored, week, content, envelope }),
    overrides: [],
    report: null,
    wouldReach: await countAudience(ctx.db, ctx.clock.now()),
    leftOut: [...leftOut, ...notTaken.map((slug) => ({ slug, reason: beyond }))],
  };
  return { kind: 'not-composed', week, preview };
}

/** No issue's id: identities start at 1. */
const notStored = 0;

const currentWeek = ({ clock, settings }: PipelineContext) => weekKeyOf(clock.now(), settings.timeZone);

function atOneMoment<T>(ctx: PipelineContext, read: (ctx: PipelineContext) => Promise<T>): Promise<T> {
  return ctx.db.transaction((tx) => read({ ...ctx, db: tx }), {
    isolationLevel: 'repeatable read',
    accessMode: 'read only',
  });
}
