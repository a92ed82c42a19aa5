import { type IssueRow, readUnfinished } from '../../db/queries/issue/issues.ts';
import { countIssues, type ListedIssue, listIssues } from '../../db/queries/issue/list-issues.ts';
import { readPublicRendering } from '../../db/queries/issue/public-issues.ts';
import { countAudience } from '../../db/queries/sending/freeze.ts';
import type { Finding } from '../../domain/issue/finding.ts';
import type { IssueContent } from '../../domain/issue/issue.ts';
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
import { comingIssue } from './coming-issue.ts';
import { type LoggedDecision, readDecisions } from './decisions.ts';
import { decisionsShown, type IssueStatusReport, issueStatus } from './issue-status.ts';

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
  /** The last few about its week, the latest first. */
  readonly decisions: readonly LoggedDecision[];
}

/** The issue that goes out next, at `slot`; null when no slot is to come. */
export type Coming = { readonly slot: Date | null } & Draft;

type Draft =
  | { readonly kind: 'stored' | 'not-composed'; readonly week: string; readonly preview: IssuePreview }
  | {
      readonly kind: 'nothing-new';
      readonly week: string;
      readonly leftOut: Candidates['leftOut'];
      readonly decisions: readonly LoggedDecision[];
    };

/** What the start page of the desk shows. */
export interface DeskHome {
  readonly coming: Coming;
  /** Frozen and neither sent nor cancelled. */
  readonly unfinished: readonly IssueStatusReport[];
  readonly earlier: {
    readonly total: number;
    readonly newest: readonly ListedIssue[];
    /** How many an issue that is not frozen would reach now. */
    readonly wouldReach: number;
  };
}

/**
 * The issue of a week as it is stored or, for the coming one while it is not composed, as `compose` would make it now.
 * Reads only, from one snapshot.
 */
export async function previewIssue(
  ctx: PipelineContext,
  week: string,
): Promise<Result<{ readonly preview: IssuePreview }>> {
  return withSnapshot(ctx, async (snapshot) => {
    const stored = await previewStored(snapshot, week);
    if (stored !== null) return done({ preview: stored });
    const coming = await comingIssue(snapshot);
    const draft = week === coming.week ? await previewDraft(snapshot, week) : null;
    return draft === null || draft.kind === 'nothing-new' ? noIssue(week) : done({ preview: draft.preview });
  });
}

/**
 * The coming issue, those that are being sent, and at most `limit` of the others, the newest first. Reads only, from
 * one snapshot.
 */
export async function viewHome(ctx: PipelineContext, limit: number): Promise<DeskHome> {
  return withSnapshot(ctx, async (snapshot) => {
    const { week, slot } = await comingIssue(snapshot);
    const preview = await previewStored(snapshot, week);
    const draft: Draft =
      preview === null ? await previewDraft(snapshot, week) : { kind: 'stored', week, preview };
    const unfinished: IssueStatusReport[] = [];
    for (const issue of await readUnfinished(snapshot.db)) {
      const status = await issueStatus(snapshot, issue.week);
      if (status.ok) unfinished.push(status.report);
    }
    const above = new Set([...unfinished.map((report) => report.week), ...(preview === null ? [] : [week])]);
    const listed = await listIssues(snapshot.db, Math.min(limit + above.size, mostListed));
    return {
      coming: { slot, ...draft },
      unfinished,
      earlier: {
        total: (await countIssues(snapshot.db)) - above.size,
        newest: listed.filter((issue) => !above.has(issue.week)).slice(0, limit),
        wouldReach: await countAudience(snapshot.db, snapshot.clock.now()),
      },
    };
  });
}

const mostListed = 10_000;

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
    decisions: status.report.decisions,
  };
}

async function previewDraft(ctx: PipelineContext, week: string): Promise<Draft> {
  const draft = await draftIssue(ctx, ctx.db, week, {
    existing: null,
    edits: {},
    cutoff: ctx.clock.now(),
  });
  const decisions = await readDecisions(ctx.db, week, decisionsShown);
  if (draft.kind === 'nothing-new') return { week, ...draft, decisions };
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
    decisions,
  };
  return { kind: 'not-composed', week, preview };
}

/** Not the id of any issue: ids start at 1. */
const notStored = 0;

function withSnapshot<T>(ctx: PipelineContext, read: (ctx: PipelineContext) => Promise<T>): Promise<T> {
  return ctx.db.transaction((tx) => read({ ...ctx, db: tx }), {
    isolationLevel: 'repeatable read',
    accessMode: 'read only',
  });
}
