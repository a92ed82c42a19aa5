import type { BatchOutcome } from '../../../src/domain/sending/outcome.ts';
import type { AcceptedMail, Post } from '../world/provider.ts';
import { dayMs, minuteMs } from '../world/time.ts';
import type { Complain } from './mails.ts';
import type { Readers } from './readers.ts';

interface Deferred {
  readonly to: string;
  readonly kind: string;
  readonly until: number;
  readonly writtenAt: number;
  /** Minutes in which the program could have tried it again. */
  chances: number;
}

/** Between asking the provider and writing down what it said. */
const slackMs = 2 * minuteMs;
/** The first may have ended half-way. */
const fewChances = 3;
/** An issue that is opened again after a month is reported as sent again. */
const keptMs = 29 * dayMs;
/** How long a welcome or a confirmation makes sense. */
const triedForMs = 7 * dayMs;

/** Mails to one reader or editor: each once, not before the time that the provider names, and then again. */
export class ShortMails {
  readonly #readers: Readers;
  readonly #complain: Complain;
  /** By key. */
  readonly #deferred = new Map<string, Deferred>();
  readonly #acceptedAt = new Map<string, number>();
  /** Keys of requests that the provider may have accepted. */
  readonly #uncertain = new Set<string>();
  #diedAt = Number.NEGATIVE_INFINITY;

  constructor(readers: Readers, complain: Complain) {
    this.#readers = readers;
    this.#complain = complain;
  }

  posted({ key, group }: Post, now: number, isClockOdd: boolean): void {
    if (!isShort(group)) return;
    const deferred = this.#deferred.get(key);
    if (deferred === undefined) return;
    if (now < deferred.until - slackMs) {
      if (!isClockOdd) this.#complain(`${key} was posted before the time that the provider had named`);
      return;
    }
    this.#deferred.delete(key);
  }

  answered({ key, group, date, emails }: Post, outcome: BatchOutcome, now: number): void {
    const [email] = emails;
    if (!isShort(group) || email === undefined) return;
    if (outcome.kind === 'hold-batch' || ('attempted' in outcome && outcome.attempted))
      this.#uncertain.add(key);
    if (outcome.kind !== 'pause-issue') return;
    const kind = email.tags.mail ?? email.tags.notice ?? '';
    const until = now + outcome.afterMs;
    this.#deferred.set(key, { to: email.to.toLowerCase(), kind, until, writtenAt: date, chances: 0 });
  }

  accepted(mails: readonly AcceptedMail[]): void {
    for (const { key, group, at } of mails) {
      if (!isShort(group)) continue;
      const earlier = this.#acceptedAt.get(key);
      if (earlier !== undefined && at < earlier + keptMs) this.#complain(`${key} was mailed twice`);
      this.#acceptedAt.set(key, at);
    }
  }

  /** The program, with requests in its hands perhaps. */
  died(now: number): void {
    this.#diedAt = now;
  }

  /** After a minute of the program: whether what the provider takes later is tried again once that time has come. */
  ticked(now: number, isClockOdd: boolean): void {
    for (const [key, mail] of this.#deferred) {
      if (now < mail.until + slackMs) continue;
      mail.chances += 1;
      if (mail.chances < fewChances && !isClockOdd) continue;
      this.#deferred.delete(key);
      // What may have been accepted is given up after a day.
      const isUncertain = this.#uncertain.has(key) || this.#diedAt >= mail.writtenAt;
      if (!isClockOdd && !isUncertain && this.#isOwed(mail, now))
        this.#complain(`${key} was not tried again`);
    }
  }

  /** Not if its time is over, or its reader is gone. */
  #isOwed({ to, kind, writtenAt }: Deferred, now: number): boolean {
    if (now > writtenAt + triedForMs || this.#readers.isSuppressed(to)) return false;
    const state = this.#readers.stateOf(to);
    return kind === 'welcome' ? state === 'confirmed' : kind === 'confirm' && state === 'pending';
  }
}

const isShort = (group: string) => group === 'readers' || group === 'editors';
