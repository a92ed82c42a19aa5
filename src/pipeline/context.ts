import type { Db } from '../db/client.ts';
import type { Clock } from '../domain/clock.ts';
import type { Schedule } from '../domain/due-slots.ts';
import type { Observe } from '../domain/event.ts';
import type { Mailer } from '../domain/mailer.ts';
import type { Pace } from '../domain/pace.ts';
import type { Publication } from '../domain/publication.ts';
import type { Enqueuer } from '../queue/queue.ts';

/** What every verb of the pipeline is given; made once, in app.ts. */
export interface PipelineContext {
  readonly db: Db;
  readonly mailer: Mailer;
  readonly queue: Enqueuer;
  readonly pace: Pace;
  readonly clock: Clock;
  readonly observe: Observe;
  readonly settings: Settings;
}

export interface Settings {
  readonly publication: Publication;
  readonly from: string;
  readonly replyTo: string | null;
  readonly mode: 'inline' | 'template';
  readonly timeZone: string;
  readonly schedule: Schedule;
  /** Hours between compose and slot, for the editors to look at the draft. */
  readonly reviewHours: number;
  readonly approval: 'auto' | 'required';
  readonly maxComparisons: number;
  readonly maxPriceAgeDays: number;
  readonly editorEmails: readonly string[];
}
