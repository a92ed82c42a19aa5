import type { Look } from './ledger.ts';
import type { Complain } from './mails.ts';

/** The row of an issue, as far as the model looks at it. Times of the machine's clock. */
export interface IssueState {
  readonly id: string;
  readonly week: string;
  readonly number: number;
  readonly status: string;
  readonly held_kind: string | null;
  readonly paused_kind: string | null;
  readonly resume_at: Date | null;
  readonly cutoff: Date;
  readonly frozen_at: Date | null;
  readonly sha256: string;
  readonly approved_by: string | null;
  /** Batches of which nobody knows whether they were accepted, or that wait for a person. */
  readonly unresolved: number;
}

/** Issues drafted since then, and those that are not final yet. */
export const readIssues = (look: Look, since: Date): Promise<IssueState[]> =>
  look<IssueState>(
    `select i.id::text, i.week, i.number, i.status, i.held_kind, i.paused_kind, i.resume_at, i.cutoff, i.frozen_at, i.sha256,
       i.approved_by,
       (select count(*)::int from batches b where b.issue_id = i.id and b.status in ('unknown', 'held')) as unresolved
     from issues i where i.cutoff > $1 or i.status not in ('sent', 'cancelled', 'missed') order by i.week`,
    [since],
  );

/** What a person did, by the name of the verb. */
export type Act =
  | 'compose'
  | 'edit'
  | 'approve'
  | 'hold'
  | 'pause'
  | 'resume'
  | 'cancel'
  | 'resolve'
  | 'reconcile'
  | 'send'
  | 'send to missing';

export interface Step {
  /** By week: what persons did since the last look, and succeeded in. */
  readonly acts: ReadonlyMap<string, readonly Act[]>;
  /** The machine's clock. */
  readonly machine: number;
  /** Whether the clock was put right, or the schedule changed, since the last look or lately. */
  readonly isClockOdd: boolean;
  readonly isScheduleNew: boolean;
}

export const nameOf = ({ status, held_kind, paused_kind }: IssueState) =>
  `${status}${held_kind === null ? '' : `: ${held_kind}`}${paused_kind === null ? '' : `: ${paused_kind}`}`;

/** A decision stands until the next: what the person asked for is what the issue is, if nothing came after. */
export function checkDecision(now: IssueState, acts: readonly Act[], complain: Complain): void {
  const state = nameOf(now);
  const last = acts.at(-1);
  const isStopped = state === 'held: editor' || state === 'cancelled' || state === 'missed';
  if (last === 'hold' && !isStopped) complain(`issue ${now.week} was held by an editor and is ${state}`);
  if (last === 'pause' && state !== 'paused: editor' && !state.startsWith('held'))
    complain(`issue ${now.week} was paused by an editor and is ${state}`);
  if (last === 'cancel' && state !== 'cancelled') complain(`issue ${now.week} was cancelled and is ${state}`);
  if (last === 'resume' && (state === 'held: editor' || state === 'paused: editor'))
    complain(`issue ${now.week} was resumed and is ${state}`);
}

/** Who may end what: the rules of docs/delivery.md once more, in the model's own words. */
export function checkChange(
  before: IssueState,
  now: IssueState | undefined,
  step: Step,
  complain: Complain,
): void {
  const { week } = before;
  const acts = [
    ...(step.acts.get(week) ?? []),
    ...(now === undefined ? [] : (step.acts.get(now.week) ?? [])),
  ];
  const did = (...any: readonly Act[]) => any.some((act) => acts.includes(act));
  const [from, to] = [nameOf(before), now === undefined ? 'gone' : nameOf(now)];
  if (from === to) return;
  const illegal = (why: string) => complain(`issue ${week} went from ${from} to ${to}: ${why}`);
  const isUnfrozen = before.frozen_at === null;
  const isMissed = to === 'missed' && isUnfrozen;
  if (now === undefined) {
    if (!isUnfrozen || from.startsWith('held')) illegal('what is frozen or held is never taken back');
    return;
  }
  switch (from) {
    case 'held: editor':
      if (!did('resume', 'cancel') && !isMissed) illegal('only a person ends an editor’s hold');
      return;
    case 'held: provider':
      if (!did('resume', 'cancel', 'hold') && !isMissed) illegal('only a person ends this hold');
      return;
    case 'held: outcomes':
      if (!did('resume', 'cancel', 'hold', 'resolve', 'reconcile') && now.unresolved > 0)
        illegal('outcomes are still not known');
      return;
    case 'paused: editor':
      if (!did('resume', 'cancel', 'hold') && to !== 'held: provider')
        illegal('only a person ends an editor’s pause');
      return;
    case 'paused: quota': {
      const isOver = before.resume_at !== null && before.resume_at.getTime() <= step.machine;
      if (!did('resume', 'cancel', 'hold', 'pause') && !isOver && !step.isClockOdd && to !== 'held: provider')
        illegal('the quota is not renewed yet');
      return;
    }
    case 'sent':
      if (!did('send to missing')) illegal('it was sent');
      return;
    case 'cancelled':
      if (!did('compose', 'send')) illegal('a person cancelled it');
      return;
    case 'missed':
      if (!isUnfrozen) illegal('what is frozen is never missed');
      return;
    case 'approved':
      if (
        to === 'draft' &&
        before.approved_by !== 'schedule' &&
        before.sha256 === now.sha256 &&
        !did('compose', 'edit')
      )
        if (!step.isScheduleNew) illegal('nobody voided the approval, and the bytes are the same');
      return;
    case 'sending':
      if (to === 'sent' && now.unresolved > 0) illegal('outcomes are not known');
      return;
    default:
      if (to === 'held: editor' && !did('hold')) illegal('nobody held it');
  }
}
