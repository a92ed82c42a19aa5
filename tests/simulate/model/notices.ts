import type { AcceptedMail } from '../world/provider.ts';
import { dayMs, hourMs } from '../world/time.ts';
import type { Complain } from './mails.ts';

const mostADay = 12;

/** What there is to say once. */
const once = new Set(['too-few', 'issue-skipped', 'issue-sent']);

/** These name a time, which another schedule changes. */
const ofSlot = new Set(['too-few', 'issue-skipped']);

interface Notice {
  readonly at: number;
  readonly to: string;
  readonly kind: string;
  readonly subject: string;
  readonly key: string;
}

/** Until a mail is forgotten. */
const memoryMs = 3 * dayMs;

/** What the editors were mailed: not too much, and reminders no closer than half a day. */
export class Notices {
  readonly #complain: Complain;
  #recent: Notice[] = [];
  #scheduleChangedAt = Number.NEGATIVE_INFINITY;
  total = 0;

  constructor(complain: Complain) {
    this.#complain = complain;
  }

  scheduleChanged(at: number): void {
    this.#scheduleChangedAt = at;
  }

  /** @param isOddTime whether the machine's clock is or was wrong lately: then a day has no meaning */
  accepted(mails: readonly AcceptedMail[], isOddTime: boolean): void {
    for (const { group, to, tags, at, subject, key } of mails) {
      if (group !== 'editors') continue;
      this.total += 1;
      const kind = tags.notice ?? 'unknown';
      this.#recent = this.#recent.filter((earlier) => earlier.at > at - memoryMs);
      const before = this.#recent.filter((earlier) => earlier.to === to);
      const today = before.filter((earlier) => earlier.at > at - dayMs);
      this.#recent.push({ at, to, kind, subject, key });
      if (isOddTime) continue;
      const isReminder = kind === 'approval-reminder';
      // Written a day apart, and late by less than half a day.
      if (isReminder && before.some((earlier) => earlier.kind === kind && earlier.at > at - 11 * hourMs))
        this.#complain('an editor was reminded twice within half a day');
      // After a day the provider has forgotten the key of a request whose answer was lost.
      const isRepeat = (earlier: Notice) =>
        earlier.subject === subject &&
        (earlier.key !== key || earlier.at > at - 23 * hourMs) &&
        !(ofSlot.has(kind) && earlier.at < this.#scheduleChangedAt);
      if (once.has(kind) && before.some(isRepeat)) this.#complain(`an editor was told twice: ${subject}`);
      if (today.length >= mostADay) this.#complain(`an editor got more than ${mostADay} mails in a day`);
    }
  }
}
