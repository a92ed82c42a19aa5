/** What an email to the editors is about. */
export type Notice =
  | { readonly kind: 'draft-ready'; readonly week: string; readonly sha256: string }
  | {
      readonly kind: 'approval-reminder';
      readonly week: string;
      readonly slot: string;
      readonly at: string;
      /** Why it waits; null when it only waits for an approval. */
      readonly reason: string | null;
    }
  | { readonly kind: 'issue-held'; readonly week: string; readonly reason: string }
  | { readonly kind: 'issue-sent'; readonly week: string }
  | { readonly kind: 'issue-skipped'; readonly week: string; readonly slot: string }
  | {
      readonly kind: 'too-few';
      readonly week: string;
      readonly slot: string;
      readonly found: number;
      readonly atLeast: number;
    }
  | {
      readonly kind: 'issues-missed';
      readonly week: string;
      readonly missed: readonly {
        readonly week: string;
        readonly slot: string | null;
        /** Comparisons that roll over. */
        readonly titles: readonly string[];
      }[];
    }
  | {
      readonly kind: 'slot-moved';
      readonly week: string;
      readonly from: string;
      readonly to: string;
      readonly toWeek: string;
      readonly approvalVoid: boolean;
    }
  | {
      readonly kind: 'site-changed';
      readonly week: string;
      readonly at: string;
      readonly changes: readonly string[];
      readonly became: 'stands' | 'held as it is' | 'composed anew' | 'taken back';
      /** Why the draft composed anew is held; null when the site is not the reason. */
      readonly held: string | null;
    }
  | {
      readonly kind: 'clock-was-ahead';
      readonly week: string;
      readonly since: string;
      readonly reopened: readonly string[];
    }
  | {
      readonly kind: 'slot-overdue' | 'sending-stalled' | 'reader-mail-given-up' | 'editors-untold';
      readonly week: string;
      readonly since: string;
      readonly reason: string;
    }
  | {
      readonly kind: 'sign-ups-slowed' | 'sign-ups-normal';
      readonly week: string;
      readonly since: string;
      readonly signUps: number;
      readonly fromFewNetworks: number;
      readonly unconfirmed: number;
    };

/** An email to one reader: with a link made for it, or about what they did at a moment. */
export type ReaderMail =
  | { readonly kind: 'confirm' | 'reminder' | 'data-link'; readonly linkId: number }
  | { readonly kind: 'welcome' | 'goodbye' | 'links'; readonly subscriberId: number; readonly at: string };

/** The payload of each queue's jobs: ids and times only, never an address. Times are ISO 8601. */
export interface Jobs {
  'compose-issue': { readonly slot: string };
  'send-issue': { readonly slot: string };
  /** Claims and posts batches of the issue until none is left; several such jobs may run at once. */
  'deliver-issue': { readonly week: string };
  /** Looks up at the provider whether batches without an answer were accepted. */
  'reconcile-issue': { readonly week: string };
  'tell-editors': { readonly notice: Notice; readonly at: string };
  'settle-sign-up': { readonly signUpId: number };
  'mail-reader': { readonly mail: ReaderMail };
  'erase-reader': { readonly subscriberId: number };
}

export type JobName = keyof Jobs;

interface QueueSettings {
  readonly retryLimit: number;
  /** In seconds; doubled at each retry, up to `retryDelayMax`. */
  readonly retryDelay: number;
  readonly retryDelayMax: number;
  readonly expireInSeconds: number;
  /** A worker that is silent for longer counts as dead, and its job goes to another. */
  readonly heartbeatSeconds: number;
}

const standard: QueueSettings = {
  retryLimit: 20,
  retryDelay: 5,
  retryDelayMax: 600,
  expireInSeconds: 3_600,
  heartbeatSeconds: 10,
};

/** The settings of each queue. At most one job per key waits or runs at a time. */
export const queueSettings: Readonly<Record<JobName, QueueSettings>> = {
  'compose-issue': standard,
  'send-issue': standard,
  'deliver-issue': { ...standard, retryLimit: 1_000, retryDelay: 1, retryDelayMax: 30 },
  'reconcile-issue': { ...standard, retryDelay: 60 },
  'tell-editors': standard,
  'settle-sign-up': standard,
  'mail-reader': standard,
  'erase-reader': standard,
};
