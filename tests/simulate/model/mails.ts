import type { AcceptedMail, Post } from '../world/provider.ts';
import type { Readers } from './readers.ts';

export type Complain = (what: string) => void;

/** A request that waits longer has lost its claim. */
const longestClaimMs = 5 * 60_000;

/** When a batch was claimed, by true time; null if it is not known. */
export type ClaimedAt = (issueId: string, batchNo: string) => Promise<{ at: number; machine: number } | null>;

/** What was mailed of the issues: nobody twice, and nobody who had left when their batch was claimed. */
export class IssueMails {
  /** By issue and then address: how often it was accepted. */
  readonly #accepted = new Map<string, Map<string, number>>();
  /** By issue, what the first mail of it said. */
  readonly #content = new Map<string, AcceptedMail>();
  /** By key: the body of the request that the provider may have accepted. */
  readonly #uncertain = new Map<string, string>();
  readonly #readers: Readers;
  readonly #complain: Complain;
  /** By week: since when a person has stopped it, and how. */
  readonly #stopped = new Map<string, { readonly at: number; readonly act: 'hold' | 'pause' | 'cancel' }>();
  total = 0;

  constructor(readers: Readers, complain: Complain) {
    this.#readers = readers;
    this.#complain = complain;
  }

  acceptedOf(issueId: string): ReadonlyMap<string, number> {
    return this.#accepted.get(issueId) ?? new Map();
  }

  contentOf(issueId: string): AcceptedMail | undefined {
    return this.#content.get(issueId);
  }

  stopped(week: string, at: number, act: 'hold' | 'pause' | 'cancel'): void {
    this.#stopped.set(week, { at, act });
  }

  goesOn(week: string): void {
    this.#stopped.delete(week);
  }

  /** A request about to be answered. */
  async posted(post: Post, now: number, claimedAt: ClaimedAt): Promise<void> {
    const { issue, batch } = post.emails[0]?.tags ?? {};
    if (issue === undefined || batch === undefined) return;
    const earlier = this.#uncertain.get(post.key);
    const stop = this.#stopped.get(post.group);
    if (earlier !== undefined) {
      // What was posted before is settled, unless it is held. What was claimed before that may still be on its way.
      if (stop?.act === 'hold' && now - stop.at > longestClaimMs)
        this.#complain(`${post.key} was posted again while a person holds the issue`);
      if (earlier !== post.sha256) this.#complain(`${post.key} was posted again with another body`);
      return;
    }
    const claimed = await claimedAt(issue, batch);
    if (claimed === null) return this.#complain(`${post.key} was posted without a claim`);
    if (stop !== undefined && claimed.at > stop.at)
      this.#complain(`${post.key} was claimed after a person said ${stop.act}`);
    for (const { to } of post.emails) {
      const why = this.#readers.whyNot(to.toLowerCase(), claimed.at - 1, claimed.machine);
      if (why !== null) this.#complain(`${post.key} was posted to somebody who ${why} when it was claimed`);
    }
  }

  /** After an answer: whether the provider may have accepted it. */
  answered({ key, sha256 }: Post, mayBeAccepted: boolean): void {
    if (mayBeAccepted) this.#uncertain.set(key, sha256);
  }

  accepted(mails: readonly AcceptedMail[]): void {
    for (const mail of mails) {
      const { issue } = mail.tags;
      if (issue === undefined) continue;
      const to = mail.to.toLowerCase();
      const counts = this.#accepted.get(issue) ?? new Map<string, number>();
      this.#accepted.set(issue, counts.set(to, (counts.get(to) ?? 0) + 1));
      if (!this.#content.has(issue)) this.#content.set(issue, mail);
      this.total += 1;
      if (counts.get(to) !== 1) this.#complain(`somebody got issue ${issue} twice (${mail.key})`);
    }
  }
}
