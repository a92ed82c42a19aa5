/** What the editors are told by mail. */
export type Notice =
  | { readonly kind: 'draft-ready'; readonly week: string; readonly sha256: string }
  | { readonly kind: 'approval-reminder'; readonly week: string; readonly slot: string; readonly at: string }
  | { readonly kind: 'issue-held'; readonly week: string; readonly reason: string }
  | { readonly kind: 'issue-sent'; readonly week: string }
  | { readonly kind: 'issue-skipped'; readonly week: string; readonly slot: string }
  | { readonly kind: 'slot-missed'; readonly week: string; readonly slot: string }
  | {
      readonly kind: 'slot-overdue' | 'sending-stalled';
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

/** A mail to one reader; with a link of its own, or about what they did at an instant. */
export type ReaderMail =
  | { readonly kind: 'confirm' | 'reminder' | 'data-link'; readonly linkId: number }
  | { readonly kind: 'welcome' | 'goodbye'; readonly subscriberId: number; readonly at: string };

/** Every job by its queue's name, with its payload: ids and times only, never an address. Instants are ISO. */
export interface Jobs {
  'compose-issue': { readonly slot: string };
  'send-issue': { readonly slot: string };
  /** A lane: claims and posts batches of the issue until none is left. */
  'deliver-issue': { readonly week: string };
  /** Asks the provider what became of batches without an answer. */
  'reconcile-issue': { readonly week: string };
  'tell-editors': { readonly notice: Notice; readonly at: string };
  'settle-sign-up': { readonly signUpId: number };
  'mail-reader': { readonly mail: ReaderMail };
  'erase-reader': { readonly subscriberId: number };
}

export type JobName = keyof Jobs;

interface QueueSettings {
  readonly retryLimit: number;
  /** Seconds; doubled at each retry. */
  readonly retryDelay: number;
  readonly retryDelayMax: number;
  readonly expireInSeconds: number;
  /** A worker that stays silent for this long is dead, and its job goes to another. */
  readonly heartbeatSeconds: number;
}

const patient: QueueSettings = {
  retryLimit: 20,
  retryDelay: 5,
  retryDelayMax: 600,
  expireInSeconds: 3_600,
  heartbeatSeconds: 10,
};

/** How each queue treats its jobs; one job a key at a time, running ones included. */
export const queueSettings: Readonly<Record<JobName, QueueSettings>> = {
  'compose-issue': patient,
  'send-issue': patient,
  'deliver-issue': { ...patient, retryLimit: 1_000, retryDelay: 1, retryDelayMax: 30 },
  'reconcile-issue': { ...patient, retryDelay: 60 },
  'tell-editors': patient,
  'settle-sign-up': patient,
  'mail-reader': patient,
  'erase-reader': patient,
};
