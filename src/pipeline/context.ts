import type { AudienceContext } from '../audience/context.ts';
import type { Schedule } from '../domain/issue/schedule.ts';

/** What every step of the pipeline is given; made once, in app.ts. */
export interface PipelineContext extends AudienceContext {
  readonly settings: Settings;
}

export type Settings = AudienceContext['settings'] & {
  readonly mode: 'inline' | 'template';
  /** An address at a receiving domain of the provider's, to which readers may mail to leave; null if there is none. */
  readonly unsubscribeMailbox: string | null;
  readonly timeZone: string;
  readonly schedule: Schedule;
  /** Hours between composing and the slot, for the editors to review the draft. */
  readonly reviewHours: number;
  /** Under `auto`, editors have at least so long to look at a draft. */
  readonly minReviewMinutes: number;
  readonly approval: 'auto' | 'required';
  readonly minComparisons: number;
  readonly maxComparisons: number;
  readonly maxPriceAgeDays: number;
  readonly editorEmails: readonly string[];
  /** Days after an issue is finished for which its deliveries are kept; at least 90. */
  readonly deliveryRetentionDays: number;
};
