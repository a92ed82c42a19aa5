import type { BatchOutcome } from './sending/outcome.ts';
import type { Pruned } from './sending/retention.ts';

/** What happened, for logs and metrics: ids and figures, never an address or a token. */
export type PipelineEvent =
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
      readonly kind: 'reader-mail-answered';
      readonly mail: string;
      readonly outcome: BatchOutcome['kind'];
      readonly reason: string | null;
    }
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
  | { readonly kind: 'listening'; readonly what: string; readonly url: string }
  /** `error` is whatever was thrown; the log redacts it. */
  | { readonly kind: 'failed'; readonly what: string; readonly error: unknown };

export type Observe = (event: PipelineEvent) => void;
