import type { Conditions } from '../world/conditions.ts';
import { dayMs, hourMs } from '../world/time.ts';
import type { IssueState } from './decisions.ts';
import type { Look } from './ledger.ts';
import type { Complain } from './mails.ts';
import type { Published, Site } from './site.ts';

interface Taken {
  readonly slug: string;
  readonly issue: string;
  readonly week: string;
  readonly status: string;
  readonly frozen: boolean;
}

/** Of an issue that is not frozen. */
const mayBeSent = ['draft', 'approved', 'held'];

/** Comparisons older than this are in no issue to come. */
const rememberedMs = 60 * dayMs;

/** Where each comparison is: in at most one issue that is sent, and in none that is given up. */
export class Comparisons {
  readonly #site: Site;
  readonly #complain: Complain;
  /** By week: what an editor left for a later issue. */
  readonly #dropped = new Map<string, Set<string>>();
  /** By comparison: the issues that had it, and when that was last seen, by the machine's clock. */
  readonly #takenBy = new Map<string, Map<string, number>>();
  #mostChangedAt = Number.NEGATIVE_INFINITY;
  /** Issues that all readers got, whatever became of them. */
  readonly #sent = new Set<string>();
  /** By comparison: the issue that mailed it, and its week. */
  readonly #mailedIn = new Map<string, { readonly id: string; readonly week: string }>();

  constructor(site: Site, complain: Complain) {
    this.#site = site;
    this.#complain = complain;
  }

  dropped(week: string, slugs: readonly string[]): void {
    this.#dropped.set(week, new Set([...(this.#dropped.get(week) ?? []), ...slugs]));
  }

  /** A comparison is taken only by an issue that may still go out, or went out with it: otherwise it is lost. */
  async look(look: Look, machine: number): Promise<void> {
    const taken = await look<Taken>(
      `select c.slug, i.id::text as issue, i.week, i.status, i.frozen_at is not null as frozen from issue_comparisons ic
         join issues i on i.id = ic.issue_id join comparisons c on c.id = ic.comparison_id
       where ic.active and greatest(c.created_at, c.published_at) > $1`,
      [new Date(machine - rememberedMs)],
    );
    for (const { slug, issue, week, status, frozen } of taken) {
      const wasSent = this.#sent.has(issue);
      const isOpen = frozen ? status !== 'cancelled' || wasSent : mayBeSent.includes(status);
      if (!isOpen) this.#complain(`${slug} is lost in ${week}, which is ${status}`);
      const by = this.#takenBy.get(slug) ?? new Map<string, number>();
      this.#takenBy.set(slug, by.set(issue, machine));
    }
  }

  /** Another number of comparisons fits into an issue; drafts stay as they are. */
  mostChanged(at: number): void {
    this.#mostChangedAt = at;
  }

  /** What is free and was published in time is in the issue, while it has room. */
  checkFrozen(issue: IssueState, html: string, { maxComparisons }: Conditions): void {
    const cutoff = issue.cutoff.getTime();
    const has = slugsIn(html);
    if (has.length >= maxComparisons || cutoff <= this.#mostChangedAt) return;
    const mayHave = ({ slug, publishedAt, retracted, changedAt }: Published) =>
      publishedAt <= cutoff &&
      publishedAt > cutoff - 28 * dayMs &&
      !retracted &&
      // What changed since the cutoff may have been something else then.
      changedAt <= cutoff &&
      !this.#dropped.get(issue.week)?.has(slug) &&
      !this.#wasElsewhere(slug, issue);
    const newestOfPair = new Map<string, Published>();
    for (const each of this.#site.recent(cutoff).filter(mayHave)) {
      const other = newestOfPair.get(pairOf(each));
      if (other === undefined || each.publishedAt > other.publishedAt) newestOfPair.set(pairOf(each), each);
    }
    // One of each pair: what is in it, may have been before it changed, or was left for a later issue.
    const others = this.#site.published.filter(
      ({ slug, changedAt }) =>
        has.includes(slug) || changedAt > cutoff || this.#dropped.get(issue.week)?.has(slug),
    );
    const pairs = new Set(others.map(pairOf));
    for (const [pair, { slug, publishedAt, changedAt }] of newestOfPair)
      if (!has.includes(slug) && !pairs.has(pair))
        this.#complain(
          `issue ${issue.week} left out ${slug}, which was free (published ${iso(publishedAt)}, changed ${iso(changedAt)}, cutoff ${iso(cutoff)}, has ${has.join(' ')})`,
        );
  }

  /** What nobody approved shows the site as it is, give or take what changed just now. */
  checkPrices({ week }: IssueState, html: string, at: number): void {
    for (const slug of slugsIn(html)) {
      const published = this.#site.find(slug);
      if (published === undefined || published.changedAt > at - 2 * hourMs) continue;
      if (published.retracted) this.#complain(`${week} has ${slug}, which was retracted`);
      for (const { price } of published.tools)
        if (!html.includes(price)) this.#complain(`${week} shows another price than ${price} for ${slug}`);
    }
  }

  checkSent({ id, week }: IssueState, html: string): void {
    this.#sent.add(id);
    for (const slug of slugsIn(html)) {
      const earlier = this.#mailedIn.get(slug);
      if (earlier !== undefined && earlier.id !== id)
        this.#complain(`${week} has ${slug}, which was mailed in ${earlier.week}`);
      this.#mailedIn.set(slug, { id, week });
    }
  }

  /** Whether another issue had it at any time since this one's cutoff. */
  #wasElsewhere(slug: string, { id, cutoff }: IssueState): boolean {
    const since = cutoff.getTime() - hourMs;
    return [...(this.#takenBy.get(slug) ?? [])].some(([issue, seen]) => issue !== id && seen >= since);
  }
}

const iso = (at: number) => new Date(at).toISOString();

const pairOf = ({ tools }: Published) =>
  tools
    .map(({ slug }) => slug)
    .toSorted()
    .join(' ');

/** The comparisons that a mail shows, by their links. */
const slugsIn = (html: string): readonly string[] => [
  ...new Set([...html.matchAll(/\/compare\/([\w-]+)/g)].map(([, slug]) => slug as string)),
];
