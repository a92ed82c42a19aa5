import { createHash } from 'node:crypto';
import type { BatchOutcome } from './outcome.ts';

/**
 * `waiting` to be tried again; `sent`; `refused`: the provider does not take the address; `given-up`: its time was over,
 * or it may have been accepted and cannot be asked about any more.
 */
export const shortMailStatuses = ['waiting', 'sent', 'refused', 'given-up'] as const;

export type ShortMailStatus = (typeof shortMailStatuses)[number];

/** For so long the same idempotency key has one effect; an hour less than the provider promises. */
export const keyWorksMs = 23 * 3_600_000;

/** So many attempts follow each other within a few minutes, as jobs that failed. */
const quickAttempts = 6;
const minuteMs = 60_000;
const longestMs = 60 * minuteMs;

/** What an answer means for a mail to one person. */
export type ShortMailAnswer =
  | { readonly status: 'sent' }
  | { readonly status: 'refused' | 'given-up'; readonly reason: string }
  | {
      readonly status: 'waiting';
      readonly reason: string;
      /** Until the next attempt; null: at once, as the queue does it. */
      readonly afterMs: number | null;
      /** Whether the provider may have accepted it. */
      readonly maybeAccepted: boolean;
    };

/** `attempts` counts from 1. The time that the provider names is waited for; without one, longer from time to time. */
export function shortMailAnswer(outcome: BatchOutcome, attempts: number): ShortMailAnswer {
  switch (outcome.kind) {
    case 'submitted': {
      const [rejection] = outcome.rejected;
      if (rejection === undefined) return { status: 'sent' };
      // Another attempt with the same key would only get the same answer.
      return { status: rejection.aboutRecipient ? 'refused' : 'given-up', reason: rejection.reason };
    }
    // Accepted earlier under this key, with other figures or as another release wrote it.
    case 'unknown':
      return { status: 'sent' };
    case 'refused':
      return outcome.aboutRecipient
        ? { status: 'refused', reason: outcome.reason }
        : later(outcome, attempts, false);
    case 'pause-issue':
      return later(outcome, attempts, false);
    case 'hold-batch':
      return later(outcome, attempts, true);
    default:
      return later(outcome, attempts, outcome.attempted);
  }
}

function later(
  outcome: { readonly reason: string; readonly afterMs?: number | null },
  attempts: number,
  maybeAccepted: boolean,
): ShortMailAnswer {
  const { reason, afterMs: named = null } = outcome;
  const isQuick = attempts < quickAttempts && (named ?? 0) <= minuteMs;
  const doubled = Math.min(longestMs, minuteMs * 2 ** Math.max(0, Math.min(attempts - quickAttempts, 10)));
  return {
    status: 'waiting',
    reason,
    afterMs: isQuick ? null : Math.max(named ?? 0, doubled),
    maybeAccepted,
  };
}

/** Tells editors apart in the database, which does not hold their addresses. */
export const editorHash = (email: string) => createHash('sha256').update(email.toLowerCase()).digest('hex');
