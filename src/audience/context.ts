import type { Db } from '../db/client.ts';
import type { Keys } from '../domain/audience/keys.ts';
import type { Limits } from '../domain/audience/limits.ts';
import type { Clock } from '../domain/clock.ts';
import type { Observe } from '../domain/event.ts';
import type { Publication } from '../domain/issue/publication.ts';
import type { Mailer } from '../domain/sending/mailer.ts';
import type { Pace } from '../domain/sending/pace.ts';
import type { Enqueuer } from '../queue/queue.ts';

/** What the functions about subscribers work with; built once, in app.ts. */
export interface AudienceContext {
  readonly db: Db;
  readonly mailer: Mailer;
  readonly queue: Enqueuer;
  readonly pace: Pace;
  readonly clock: Clock;
  readonly observe: Observe;
  readonly keys: Keys;
  readonly limits: Limits;
  readonly settings: {
    readonly publication: Publication;
    readonly from: string;
    readonly replyTo: string | null;
    /** Days for which settled sign-ups, and the addresses of people who left, are kept. */
    readonly retentionDays: number;
  };
}
