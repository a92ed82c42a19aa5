import type { Conditions } from '../world/conditions.ts';
import { dayMs } from '../world/time.ts';
import type { Look } from './ledger.ts';
import type { Complain } from './mails.ts';

/** An event that the provider reported about an issue's mail. */
export interface Report {
  readonly eventId: string;
  readonly issueId: string;
  readonly person: string;
  readonly type: string;
  /** When it happened, which may be long before it is reported. */
  readonly happenedAt: number;
  /** Whether the program can tell who it is about: not of somebody who left meanwhile, whose address may be gone. */
  readonly isCertain: boolean;
}

interface IssueReports {
  /** By type and then person: whether the program must count them. */
  readonly people: Map<string, Map<string, boolean>>;
  /** By type: events that have to be stored, and when they happened. */
  readonly events: Map<string, Map<string, number>>;
}

interface Kept {
  readonly id: string;
  readonly week: string;
  readonly ids: number;
  readonly deliveries: number;
  readonly events: Readonly<Record<string, number>> | null;
  readonly totals: Readonly<Record<string, number>> | null;
  readonly is_open: boolean;
}

/** Days for which the provider's ids and each type of event are kept: after the issue's end, or what is serious after it happened. */
const idsKeptDays = 7;
const routineKeptDays = 90;
const seriousKeptDays = 400;
const routine = ['delivered', 'opened', 'clicked', 'delivery_delayed'];
const serious = ['bounced', 'complained', 'soft_bounced'];

/** Nothing is reported later than so many days after an issue. */
const lastReportDays = 140;

/** What the provider reported, and what the program keeps of it, and for how long. */
export class Reports {
  readonly #byIssue = new Map<string, IssueReports>();
  /** By issue: when it was seen to be finished, by true time. */
  readonly #finishedAt = new Map<string, number>();
  /** By issue: the same, or by the machine's clock where that was ahead. */
  readonly #finishedBy = new Map<string, number>();
  /** By issue: since when no batch of it is open, as far as the model knows. */
  readonly #closedAt = new Map<string, number>();
  #lastOddAt = Number.NEGATIVE_INFINITY;
  #lastChanceAt = Number.NEGATIVE_INFINITY;

  finished(issueId: string, at: number, machine: number): void {
    this.#finishedAt.set(issueId, at);
    this.#finishedBy.set(issueId, Math.max(at, machine));
  }

  reopened(issueId: string): void {
    this.#finishedAt.delete(issueId);
    this.#closedAt.delete(issueId);
  }

  reported(reports: readonly Report[], at: number): void {
    for (const { eventId, issueId, person, type, happenedAt, isCertain } of reports) {
      const issue = this.#of(issueId);
      const finishedAt = this.#finishedAt.get(issueId) ?? at;
      const isKnown = isCertain && at < finishedAt + (routineKeptDays - 1) * dayMs;
      const people = issue.people.get(type) ?? new Map();
      issue.people.set(type, people);
      people.set(person, isKnown || people.get(person) === true);
      const events = issue.events.get(type) ?? new Map<string, number>();
      if (isKnown) issue.events.set(type, events.set(eventId, happenedAt));
    }
  }

  /** The schedule has run, each hour for more than a day: what was due then is deleted. */
  hadChance(at: number): void {
    this.#lastChanceAt = at;
  }

  /** Under a wrong clock things are deleted early or late. */
  clockWasOdd(at: number): void {
    this.#lastOddAt = at;
  }

  async look(look: Look, now: number, conditions: Conditions, complain: Complain): Promise<void> {
    const rows = await look<Kept>(
      `select i.id::text, i.week,
         (select count(*)::int from batches b where b.issue_id = i.id and b.provider_ids is not null) as ids,
         (select count(*)::int from deliveries d where d.issue_id = i.id) as deliveries,
         (select jsonb_object_agg(type, n) from (
           select type, count(*) as n from mail_events where issue_id = i.id group by type) e) as events,
         (select jsonb_object_agg(type, people) from mail_event_totals where issue_id = i.id) as totals,
         exists (select from batches b where b.issue_id = i.id
           and b.status in ('pending', 'submitting', 'held', 'unknown')) as is_open
       from issues i where i.frozen_at is not null and i.status in ('sent', 'cancelled')`,
    );
    for (const row of rows) this.#check(row, now, conditions, complain);
  }

  #check(row: Kept, now: number, { deliveryRetentionDays }: Conditions, complain: Complain): void {
    const finishedAt = this.#finishedAt.get(row.id);
    const finishedBy = this.#finishedBy.get(row.id);
    if (finishedAt === undefined || finishedBy === undefined) return;
    const mustBeKept = (forDays: number) =>
      now < finishedAt + (forDays - 1) * dayMs && this.#lastOddAt < finishedAt;
    if (row.is_open) this.#closedAt.delete(row.id);
    else if (!this.#closedAt.has(row.id)) this.#closedAt.set(row.id, now);
    const closedAt = this.#closedAt.get(row.id) ?? Number.POSITIVE_INFINITY;
    const dueBefore = this.#lastChanceAt - dayMs;
    const mustBeGone = (afterDays: number) => Math.max(finishedBy + afterDays * dayMs, closedAt) < dueBefore;
    const stored = (type: string) => row.events?.[type] ?? 0;
    const known = this.#of(row.id);

    for (const type of [...routine, ...serious]) {
      const days = serious.includes(type) ? seriousKeptDays : routineKeptDays;
      const happenedAt = [...(known.events.get(type)?.values() ?? [])];
      const isOld = (at: number) => serious.includes(type) && now >= at + (days - 1) * dayMs;
      const events = happenedAt.filter((at) => !isOld(at)).length;
      if (mustBeKept(days) && stored(type) < events)
        complain(`${stored(type)} of ${events} events ${type} of ${row.week} are left before ${days} days`);
      if (mustBeGone(days + (serious.includes(type) ? lastReportDays : 0)) && stored(type) > 0)
        complain(`${stored(type)} events ${type} of ${row.week} are left after ${days} days`);
      this.#checkTotal(row, type, finishedAt, complain);
    }
    if (mustBeGone(idsKeptDays) && (stored('sent') > 0 || row.ids > 0))
      complain(`events sent or the provider's ids of ${row.week} are left`);
    if (mustBeKept(deliveryRetentionDays) && row.deliveries === 0)
      complain(`the deliveries of ${row.week} were deleted before ${deliveryRetentionDays} days`);
    if (row.is_open && row.deliveries === 0)
      complain(`the deliveries of ${row.week} were deleted while a batch is open`);
    if (mustBeGone(deliveryRetentionDays) && row.deliveries > 0)
      complain(`the deliveries of ${row.week} are left after ${deliveryRetentionDays} days`);
  }

  /** Each person counts once. What comes after the events are deleted no longer counts. */
  #checkTotal({ id, week, totals }: Kept, type: string, finishedAt: number, complain: Complain): void {
    const all = [...(this.#of(id).people.get(type)?.values() ?? [])];
    const least = this.#lastOddAt < finishedAt ? all.filter((isKnown) => isKnown).length : 0;
    const counted = totals?.[type] ?? 0;
    if (counted < least || counted > all.length)
      complain(`${week} counts ${counted} people as ${type}, and ${least} to ${all.length} were reported`);
  }

  #of(issueId: string): IssueReports {
    const known = this.#byIssue.get(issueId);
    if (known !== undefined) return known;
    const fresh: IssueReports = { people: new Map(), events: new Map() };
    this.#byIssue.set(issueId, fresh);
    return fresh;
  }
}
