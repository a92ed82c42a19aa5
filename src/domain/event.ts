import type { BatchOutcome } from './sending/outcome.ts';
import type { Pruned } from './sending/retention.ts';
import type { ShortMailStatus } from './sending/short-mail.ts';

/** What happened, for logs and metrics: ids and figures, never an address or a token. */
export type PipelineEvent =
  /** The steps of a week, each once, by the process that took it and after it was committed. */
  | {
      readonly kind: 'composed';
      readonly week: string;
      readonly number: number;
      readonly comparisons: number;
      readonly by: string;
    }
  | {
      readonly kind: 'checked';
      readonly week: string;
      readonly errors: number;
      readonly overridden: number;
      readonly warnings: number;
    }
  | { readonly kind: 'approved'; readonly week: string; readonly by: string }
  /** The slot has come and the issue waits for a person, of which the editors are reminded. */
  | { readonly kind: 'waiting'; readonly week: string; readonly slot: string; readonly reason: string | null }
  | { readonly kind: 'frozen'; readonly week: string; readonly audience: number; readonly by: string }
  | { readonly kind: 'finished'; readonly week: string }
  | { readonly kind: 'skipped'; readonly week: string; readonly slot: string }
  | { readonly kind: 'missed'; readonly week: string; readonly slot: string | null }
  /** Editors got a notice. */
  | { readonly kind: 'told'; readonly week: string; readonly notice: string; readonly editors: number }
  | {
      readonly kind: 'batch-answered';
      readonly week: string;
      readonly batch: number;
      readonly attempt: number;
      readonly outcome: BatchOutcome['kind'];
      readonly submitted: number;
      readonly rejected: number;
      readonly reason: string | null;
    }
  | {
      /** A mail to one reader, or a notice to one editor. */
      readonly kind: 'short-mail-answered';
      readonly mail: string;
      readonly outcome: BatchOutcome['kind'];
      readonly status: ShortMailStatus;
      readonly reason: string | null;
    }
  | { readonly kind: 'short-mail-given-up'; readonly mail: string; readonly reason: string }
  | { readonly kind: 'sign-ups-slowed' | 'sign-ups-normal'; readonly signUps: number }
  /** Left so long ago that only a keyed hash of the address is kept from now on. */
  | { readonly kind: 'readers-forgotten'; readonly readers: number }
  | { readonly kind: 'waited-for-rate-limit'; readonly waitMs: number }
  /** `stored` of those received were new. */
  | {
      readonly kind: 'mail-events-recorded';
      readonly received: number;
      readonly stored: number;
      readonly suppressed: number;
    }
  /** Old rows were deleted. */
  | ({ readonly kind: 'pruned' } & Pruned)
  | { readonly kind: 'started'; readonly roles: readonly string[] }
  | { readonly kind: 'stopping' }
  /** The port is taken, and the process works on without. */
  | { readonly kind: 'not-listening'; readonly what: string; readonly reason: string }
  | { readonly kind: 'listening'; readonly what: string; readonly url: string }
  /** `error` is whatever was thrown; the log redacts it. */
  | { readonly kind: 'failed'; readonly what: string; readonly error: unknown };

export type Observe = (event: PipelineEvent) => void;
