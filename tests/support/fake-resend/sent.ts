import { randomUUID } from 'node:crypto';
import type { Settings } from './options.ts';
import type { Accepted, ApiRequest, CheckedEmail } from './types.ts';

/** Accepted emails in the order of acceptance. */
export class Sent {
  readonly emails: Accepted[] = [];
  readonly #times = new Map<string, number>();
  readonly #indexes = new Map<string, number>();
  readonly #settings: Settings;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  accept(email: CheckedEmail, request: ApiRequest): { id: string } {
    const id = randomUUID();
    const to = email.to.join(', ');
    const key = request.headers['idempotency-key'];
    this.#indexes.set(id, this.emails.length);
    this.#times.set(to, (this.#times.get(to) ?? 0) + 1);
    this.emails.push({
      id,
      to,
      key: typeof key === 'string' ? key : null,
      sha256: request.sha256,
      at: this.#settings.now(),
      email: this.#settings.keep === 'all' ? email : null,
    });
    return { id };
  }

  find(id: string): Accepted | undefined {
    return this.emails[this.#indexes.get(id) ?? -1];
  }

  /** A page, newest first: emails `after` an id are older, those `before` it newer. */
  page(
    limit: number,
    cursor: { after: string | null; before: string | null },
  ): { data: Accepted[]; hasMore: boolean } {
    const indexOf = (id: string) => this.#indexes.get(id) ?? -1;
    let end = this.emails.length;
    let start = Math.max(0, end - limit);
    if (cursor.after !== null) {
      end = Math.max(0, indexOf(cursor.after));
      start = Math.max(0, end - limit);
    } else if (cursor.before !== null) {
      start = indexOf(cursor.before) + 1;
      end = Math.min(this.emails.length, start + limit);
    }
    const hasMore = cursor.before !== null ? end < this.emails.length : start > 0;
    return { data: this.emails.slice(start, end).reverse(), hasMore };
  }

  /** `duplicates` counts the emails beyond the first to each recipient. */
  totals(): { accepted: number; recipients: number; duplicates: number } {
    const accepted = this.emails.length;
    return { accepted, recipients: this.#times.size, duplicates: accepted - this.#times.size };
  }
}
