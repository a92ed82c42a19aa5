import type { issueStatuses } from './issue.ts';

/**
 * Who holds an issue decides what ends the hold: an `editor`; the pipeline, because of the `provider`'s answer, a
 * setting or what the site changed; or `outcomes` of batches that are not known.
 */
export const holdKinds = ['editor', 'provider', 'outcomes'] as const;
export type HoldKind = (typeof holdKinds)[number];

export const pauseKinds = ['editor', 'quota'] as const;
export type PauseKind = (typeof pauseKinds)[number];

type PlainStatus = Exclude<(typeof issueStatuses)[number], 'held' | 'paused'>;

/** A status, with its kind where it has one. */
export type IssueState = PlainStatus | `held: ${HoldKind}` | `paused: ${PauseKind}`;

/** Who may make a move: a person, the schedule at its time, or the pipeline because of what happened to a batch. */
export type Mover = 'person' | 'schedule' | 'pipeline';

export interface Move {
  readonly from: readonly IssueState[];
  /** Several only where the state before decides. */
  readonly to: IssueState | readonly IssueState[];
  readonly who: readonly Mover[];
  /** Only before or only after the audience is frozen; left out where the states say it already. */
  readonly when?: 'unfrozen' | 'frozen';
  /** What the log of decisions calls it. */
  readonly logged: string;
  readonly effect: string;
}

const anyHold = holdKinds.map((kind) => `held: ${kind}` as const);
const anyPause = pauseKinds.map((kind) => `paused: ${kind}` as const);
const beforeFreeze = ['draft', 'approved', ...anyHold] as const;

/** Every move that an issue may make. What is not listed is refused. */
export const moves = {
  approve: {
    from: ['draft'],
    to: 'approved',
    who: ['person', 'schedule'],
    logged: 'approved',
    effect: 'binds the issue to the hash of what will be sent',
  },
  'void approval': {
    from: ['approved'],
    to: 'draft',
    who: ['person', 'schedule'],
    logged: 'approval void',
    effect: 'what was approved is no longer what would be sent',
  },
  hold: {
    from: ['draft', 'approved', 'sending', ...anyPause, ...anyHold],
    to: 'held: editor',
    who: ['person'],
    logged: 'held',
    effect: 'nothing goes on until a person resumes it; takes over any other hold or pause',
  },
  'hold before sending': {
    from: ['draft', 'approved'],
    to: 'held: provider',
    who: ['schedule'],
    when: 'unfrozen',
    logged: 'held',
    effect: 'the site changed what an editor wrote about',
  },
  'hold sending': {
    from: ['sending', ...anyPause],
    to: 'held: provider',
    who: ['pipeline'],
    logged: 'held',
    effect: 'the provider or a setting must be put right first',
  },
  'hold for outcomes': {
    from: ['sending'],
    to: 'held: outcomes',
    who: ['pipeline'],
    logged: 'held',
    effect: 'everything is settled but batches whose outcome is not known',
  },
  'outcomes known': {
    from: ['held: outcomes'],
    to: 'sending',
    who: ['person', 'pipeline'],
    logged: 'resumed',
    effect: 'goes on once no batch of unknown outcome is left',
  },
  pause: {
    from: ['sending', ...anyPause],
    to: 'paused: editor',
    who: ['person'],
    logged: 'paused',
    effect: 'no first attempts; a pause for a quota becomes the editor’s and no longer ends by itself',
  },
  'pause for quota': {
    from: ['sending'],
    to: 'paused: quota',
    who: ['pipeline'],
    logged: 'paused',
    effect: 'no first attempts until the quota is renewed',
  },
  'quota renewed': {
    from: ['paused: quota'],
    to: 'sending',
    who: ['pipeline'],
    logged: 'resumed',
    effect: 'goes on by itself',
  },
  'resume draft': {
    from: anyHold,
    to: 'draft',
    who: ['person'],
    when: 'unfrozen',
    logged: 'resumed',
    effect: 'a draft again, to be approved again',
  },
  'resume sending': {
    from: [...anyHold, ...anyPause],
    to: 'sending',
    who: ['person'],
    when: 'frozen',
    logged: 'resumed',
    effect: 'goes on where it stopped',
  },
  freeze: {
    from: ['approved'],
    to: 'sending',
    who: ['person', 'schedule'],
    when: 'unfrozen',
    logged: 'frozen',
    effect: 'the audience of this moment becomes deliveries and batches',
  },
  finish: {
    from: ['sending'],
    to: 'sent',
    who: ['pipeline'],
    logged: 'sent',
    effect: 'nothing is open, and everybody is accounted for',
  },
  'send to missing': {
    from: ['sent'],
    to: 'sending',
    who: ['person'],
    logged: 'reopened',
    effect: 'those who were rejected, or skipped for a reason that no longer holds, get it after all',
  },
  cancel: {
    from: ['sending', ...anyPause, ...beforeFreeze, 'missed'],
    to: 'cancelled',
    who: ['person'],
    logged: 'cancelled',
    effect: 'never sent further; its comparisons are free, unless it was sent before',
  },
  miss: {
    from: beforeFreeze,
    to: 'missed',
    who: ['schedule'],
    when: 'unfrozen',
    logged: 'missed',
    effect: 'its slot passed while it waited; its comparisons are free, its edits are kept',
  },
  reopen: {
    from: ['missed', 'cancelled'],
    to: 'draft',
    who: ['person', 'schedule'],
    when: 'unfrozen',
    logged: 'reopened',
    effect: 'composed again; a missed issue with its edits, a cancelled one without',
  },
  'undo miss': {
    from: ['missed'],
    to: beforeFreeze,
    who: ['schedule'],
    when: 'unfrozen',
    logged: 'no longer missed',
    effect: 'back to what it was: the clock had been ahead when it was missed',
  },
} as const satisfies Readonly<Record<string, Move>>;

export type MoveName = keyof typeof moves;
