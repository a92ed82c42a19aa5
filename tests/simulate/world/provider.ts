import type {
  EmailBatch,
  Mailer,
  PreparedBatch,
  Published,
  TemplateSource,
} from '../../../src/domain/sending/mailer.ts';
import type { BatchOutcome } from '../../../src/domain/sending/outcome.ts';
import type { SentLog } from '../../../src/domain/sending/sent-log.ts';
import { maxHeldBytes } from '../../../src/pipeline/send/in-flight.ts';
import { type AnyEmail, type Content, contentOf, hashOf } from './mail-content.ts';
import type { Random } from './random.ts';
import { dayMs, hourMs, type Time } from './time.ts';

/** An email that the provider accepted. */
export interface AcceptedMail extends Content {
  readonly id: string;
  readonly key: string;
  readonly at: number;
  /** When it was written, by the machine's clock. */
  readonly date: number;
  readonly group: string;
  readonly to: string;
  readonly subject: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** One request, as the provider sees it. */
export interface Post {
  readonly key: string;
  readonly sha256: string;
  readonly group: string;
  readonly date: number;
  readonly emails: readonly AnyEmail[];
}

/** What a request may meet with, and how likely. */
export type Weather = Readonly<Record<Answer, number>>;
export type Answer =
  | 'accepts'
  | 'accepts, and the answer is lost'
  | 'the request is lost'
  | 'says that it did nothing'
  | 'rejects half for a fault of ours'
  | 'refuses the request for a fault of ours'
  | 'holds the account'
  | 'has no quota left'
  | 'accepts, and answers nonsense'
  | 'answers nonsense';

export const fairWeather: Weather = {
  accepts: 1,
  'accepts, and the answer is lost': 0,
  'the request is lost': 0,
  'says that it did nothing': 0,
  'rejects half for a fault of ours': 0,
  'refuses the request for a fault of ours': 0,
  'holds the account': 0,
  'has no quota left': 0,
  'accepts, and answers nonsense': 0,
  'answers nonsense': 0,
};

/** How long the provider remembers an idempotency key. */
const keyMemoryMs = dayMs;

/** A provider in this process. It keeps its promises to the letter: a key works for 24 hours, and no longer. */
export class Provider implements Mailer {
  readonly provider = 'resend';
  weather: Weather = fairWeather;
  /** Until this true time it does not answer at all. */
  downUntil = 0;
  /** Addresses, in lower case, that it never takes: one makes it refuse the whole request, the other is rejected alone. */
  readonly refused = new Set<string>();
  readonly rejected = new Set<string>();
  /** While a request is under way. */
  onPost: (post: Post) => Promise<void> = async () => {};
  /** Whether a second worker is posting while the answer to the first is on its way. */
  isBeside = false;
  /** While an answer is on its way. */
  onAnswer: (post: Post, outcome: BatchOutcome) => Promise<void> = async () => {};
  /** After a request; `mayBeAccepted` is false if the provider said that it did nothing. */
  onAnswered: (post: Post, mayBeAccepted: boolean) => void = () => {};
  onAccepted: (mails: readonly AcceptedMail[]) => void = () => {};

  readonly #time: Time;
  readonly #random: Random;
  readonly #byKey = new Map<string, { sha256: string; at: number; outcome: BatchOutcome }>();
  readonly #templates = new Map<string, TemplateSource>();
  #log: AcceptedMail[] = [];
  #ids = 0;
  #last: Promise<void> = Promise.resolve();

  constructor(time: Time, random: Random) {
    this.#time = time;
    this.#random = random;
  }

  async prepare(batch: EmailBatch): Promise<PreparedBatch> {
    const sha256 = hashOf(batch.emails);
    const { group, emails } = batch;
    const date = batch.date.getTime();
    return {
      sha256,
      // As large as all that may be under way, so that one request is, and the order of events is always the same.
      bytes: maxHeldBytes,
      post: async (key) => {
        const post = { key, sha256, group, date, emails };
        return this.#inTurn(() => this.#handle(post));
      },
    };
  }

  async publishTemplate(source: TemplateSource, turn?: () => Promise<void>): Promise<Published> {
    await turn?.();
    if (this.#isDown()) return { kind: 'retry', reason: 'no answer', afterMs: null, attempted: true };
    this.#templates.set(source.alias, source);
    return { kind: 'published', id: source.alias };
  }

  readonly sentLog: SentLog = {
    page: async (next) => {
      if (this.#isDown()) return { kind: 'again', reason: 'no answer', afterMs: 1_000 };
      const from = next === null ? 0 : Number(next);
      const newest = this.#log.slice(Math.max(0, this.#log.length - from - 100), this.#log.length - from);
      const emails = newest.toReversed().map(({ id, to, subject, at }) => ({
        ...{ id, to: [to], subject, createdAt: new Date(at) },
      }));
      return {
        kind: 'answer',
        value: {
          emails,
          next: from + emails.length < this.#log.length ? String(from + emails.length) : null,
        },
      };
    },
    tags: async (id) => ({
      kind: 'answer',
      value: this.#log.find((mail) => mail.id === id)?.tags ?? null,
    }),
  };

  /** What it has of a batch, as an editor finds it in the provider's dashboard: the addresses. */
  acceptedOf(issueId: string, batchNo: string): readonly string[] {
    return this.#log
      .filter(({ tags }) => tags.issue === issueId && tags.batch === batchNo)
      .map(({ to }) => to);
  }

  #isDown = () => this.#time.now < this.downUntil;

  /** One request at a time, whatever is posted at once: what happens meanwhile has an order. */
  #inTurn(handle: () => Promise<BatchOutcome>): Promise<BatchOutcome> {
    if (this.isBeside) return handle();
    const turn = this.#last.then(handle);
    this.#last = turn.then(
      () => {},
      () => {},
    );
    return turn;
  }

  async #handle(post: Post): Promise<BatchOutcome> {
    const outcome = await this.#post(post);
    this.onAnswered(post, isUncertain(outcome));
    await this.onAnswer(post, outcome);
    return outcome;
  }

  async #post(post: Post): Promise<BatchOutcome> {
    await this.onPost(post);
    const lost = { kind: 'retry', reason: 'no answer', afterMs: null, attempted: true } as const;
    if (this.#isDown()) return lost;
    const earlier = this.#byKey.get(post.key);
    if (earlier !== undefined && this.#time.now - earlier.at < keyMemoryMs) {
      if (earlier.sha256 === post.sha256) return earlier.outcome;
      return { kind: 'unknown', reason: 'this key was used with another body' };
    }
    const refused = post.emails.find(({ to }) => this.refused.has(to.toLowerCase()));
    if (refused !== undefined) return { kind: 'refused', reason: 'invalid recipient', aboutRecipient: true };
    return this.#answer(post, this.#random.weighted(this.weather), lost);
  }

  #answer(post: Post, answer: Answer, lost: BatchOutcome): BatchOutcome {
    const reason = answer;
    switch (answer) {
      case 'accepts':
        return this.#accept(post);
      case 'accepts, and the answer is lost':
        this.#accept(post);
        return lost;
      case 'the request is lost':
        return lost;
      case 'says that it did nothing':
        return { kind: 'retry', reason, afterMs: this.#random.int(1, 60) * 1_000, attempted: false };
      case 'rejects half for a fault of ours':
        return this.#accept(post, Math.ceil(post.emails.length / 2));
      case 'refuses the request for a fault of ours':
        return { kind: 'refused', reason, aboutRecipient: false };
      case 'holds the account':
        return { kind: 'hold-issue', reason, attempted: false };
      case 'has no quota left':
        return { kind: 'pause-issue', reason, afterMs: this.#random.int(1, 24) * hourMs };
      case 'accepts, and answers nonsense':
        this.#accept(post);
        return { kind: 'hold-batch', reason };
      case 'answers nonsense':
        return { kind: 'hold-batch', reason };
    }
  }

  #accept(post: Post, rejectFirst = 0): BatchOutcome {
    const isRejected = ({ to }: AnyEmail, index: number) =>
      index < rejectFirst || this.rejected.has(to.toLowerCase());
    const ids = post.emails.map((email, index) => {
      if (isRejected(email, index)) return null;
      this.#ids += 1;
      return `mail-${this.#ids}`;
    });
    const mails = post.emails.flatMap((email, index): AcceptedMail[] => {
      const id = ids[index];
      if (id == null) return [];
      const { to, subject, tags } = email;
      return [
        {
          id,
          key: post.key,
          at: this.#time.now,
          date: post.date,
          group: post.group,
          to,
          subject,
          tags,
          ...contentOf(email, this.#templates),
        },
      ];
    });
    this.#log.push(...mails);
    if (this.#log.length > 20_000) this.#log = this.#log.slice(-10_000);
    const rejected = post.emails.flatMap((email, index) =>
      isRejected(email, index)
        ? [{ index, reason: 'not taken', aboutRecipient: index >= rejectFirst || rejectFirst === 0 }]
        : [],
    );
    const outcome: BatchOutcome = { kind: 'submitted', ids, rejected };
    this.#byKey.set(post.key, { sha256: post.sha256, at: this.#time.now, outcome });
    this.onAccepted(mails);
    return outcome;
  }
}

/** Whether the program has to reckon with a request that was accepted. */
const isUncertain = (outcome: BatchOutcome) =>
  !('attempted' in outcome ? !outcome.attempted : outcome.kind === 'pause-issue');
