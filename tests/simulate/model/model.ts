import { createHash } from 'node:crypto';
import type { SimulatedDatabase } from '../world/database.ts';
import type { Program } from '../world/program.ts';
import type { AcceptedMail, Post, Provider } from '../world/provider.ts';
import { dayMs, type Time } from '../world/time.ts';
import { Comparisons } from './comparisons.ts';
import { type Act, checkChange, checkDecision, type IssueState, nameOf, readIssues } from './decisions.ts';
import { Drafts } from './drafts.ts';
import { Erased } from './erased.ts';
import { checkFreeze } from './freezes.ts';
import { checkAudience, checkLedger } from './ledger.ts';
import { IssueMails } from './mails.ts';
import { Notices } from './notices.ts';
import { Outcomes } from './outcomes.ts';
import { Progress } from './progress.ts';
import { Readers } from './readers.ts';
import { Reports } from './reports.ts';
import { Schedule } from './schedule.ts';
import { ShortMails } from './short-mails.ts';
import { Site } from './site.ts';
import { checkComposed } from './slots.ts';

export interface Violation {
  readonly step: number;
  readonly at: string;
  readonly what: string;
}

/** Issues older than this are final; the model no longer looks at them. */
const rememberedMs = 60 * dayMs;

/**
 * What the program promises, kept from what people, the provider and the machine did, and compared with what the program
 * did after every step. Shares no code with the program.
 */
export class Model {
  readonly violations: Violation[] = [];
  readonly complain = (what: string): void => {
    this.violations.push({ step: this.step, at: new Date(this.#time.now).toISOString(), what });
  };
  readonly readers = new Readers();
  readonly site = new Site();
  readonly comparisons = new Comparisons(this.site, this.complain);
  readonly mails = new IssueMails(this.readers, this.complain);
  readonly reports = new Reports();
  readonly notices = new Notices(this.complain);
  readonly shortMails = new ShortMails(this.readers, this.complain);
  /** Called with each event, for a trace. */
  onNote: (what: string) => void = () => {};
  step = 0;
  decisions = 0;

  readonly #erased: Erased;
  readonly #time: Time;
  readonly #database: SimulatedDatabase;
  readonly #program: Program;
  readonly #provider: Provider;
  readonly #trace = createHash('sha256');
  #issues = new Map<string, IssueState>();
  readonly #acts = new Map<string, Act[]>();
  readonly #drafts = new Drafts();
  /** By issue: the hash that a person approved. */
  readonly #approved = new Map<string, string>();
  readonly #resolved = new Map<string, Set<string>>();
  readonly #finished = new Set<string>();
  /** An issue is frozen once, and may be opened again long after the model last looked at it. */
  readonly #frozen = new Set<string>();
  /** By true time: until when the machine's clock, or what it did under a wrong one, explains odd times. */
  #oddUntil = 0;
  #settingsChangedAt = 0;
  #providerDownAt = 0;
  #ticks = 0;
  readonly #schedule = new Schedule();
  readonly #outcomes = new Outcomes();
  readonly #progress = new Progress();

  constructor(time: Time, database: SimulatedDatabase, program: Program, provider: Provider) {
    this.#time = time;
    this.#database = database;
    this.#program = program;
    this.#provider = provider;
    this.#erased = new Erased(database.look, this.readers, (what) => this.complain(what));
  }

  get hash(): string {
    return this.#trace.copy().digest('hex').slice(0, 16);
  }

  get isClockOdd(): boolean {
    return this.#time.offsetMs !== 0 || this.#time.now < this.#oddUntil;
  }

  /** Whether an issue is frozen, and neither sent nor cancelled. */
  get hasUnfinished(): boolean {
    return [...this.#issues.values()].some(
      ({ frozen_at, status }) => frozen_at !== null && status !== 'sent' && status !== 'cancelled',
    );
  }

  /** Part of what two runs with one seed have in common. */
  note(what: string): void {
    this.#trace.update(`${this.#time.now} ${what}\n`);
    this.onNote(what);
  }

  /** A person did this, and was not refused. */
  did(week: string, act: Act): void {
    this.decisions += 1;
    this.note(`${act} ${week}`);
    if (act === 'hold' || act === 'pause' || act === 'cancel') this.mails.stopped(week, this.#time.now, act);
    if (act === 'resume' || act === 'compose') this.mails.goesOn(week);
    this.#acts.set(week, [...(this.#acts.get(week) ?? []), act]);
  }

  async approved(week: string): Promise<void> {
    this.did(week, 'approve');
    const [row] = await this.#database.look<{ id: string; sha256: string }>(
      'select id::text, sha256 from issues where week = $1',
      [week],
    );
    if (row !== undefined) this.#approved.set(row.id, row.sha256);
  }

  resolved(issueId: string, batchNo: string): void {
    this.#resolved.set(issueId, (this.#resolved.get(issueId) ?? new Set()).add(batchNo));
  }

  settingsChanged(what: string): void {
    this.#settingsChangedAt = this.#time.now;
    if (what === 'most') this.comparisons.mostChanged(this.#time.now);
    if (what !== 'schedule') return;
    this.#schedule.changed();
    this.notices.scheduleChanged(this.#time.now);
  }

  clockChanged(): void {
    this.#oddUntil = this.#time.now + 9 * dayMs;
    this.#schedule.clockChanged();
  }

  ticked(isClean: boolean): void {
    this.#erased.ticked(this.#time.machine, isClean);
    if (!isClean) {
      this.shortMails.died(this.#time.now);
      return;
    }
    this.shortMails.ticked(this.#time.now, this.isClockOdd);
    this.#ticks += 1;
    this.#schedule.ticked(this.#time.machine);
    if (this.#erased.mayForget) this.reports.hadChance(this.#time.now);
  }

  async posted(post: Post): Promise<void> {
    if (this.#time.now < this.#provider.downUntil) this.#providerDownAt = this.#time.now;
    this.shortMails.posted(post, this.#time.now, this.isClockOdd);
    await this.mails.posted(post, this.#time.now, async (issueId, batchNo) => {
      const [row] = await this.#database.look<{ at: Date | null }>(
        'select first_attempt_at as at from batches where issue_id = $1 and no = $2',
        [issueId, batchNo],
      );
      if (row?.at == null) return null;
      return { at: row.at.getTime() - this.#time.offsetMs, machine: row.at.getTime() };
    });
  }

  accepted(mails: readonly AcceptedMail[]): void {
    for (const { key, to, subject } of mails) this.note(`accepted ${key} ${to} ${subject}`);
    this.mails.accepted(mails);
    this.shortMails.accepted(mails);
    const isLate = this.#time.now - this.#providerDownAt < 2 * dayMs;
    this.notices.accepted(mails, this.isClockOdd || isLate);
  }

  /** After a step: looks at what the program stored, and compares. */
  async look(): Promise<void> {
    const rows = await readIssues(this.#database.look, new Date(this.#time.now - rememberedMs));
    const now = new Map(rows.map((row) => [row.id, row]));
    const step = {
      acts: this.#acts,
      machine: this.#time.machine,
      isClockOdd: this.isClockOdd,
      isScheduleNew: this.#time.now - this.#settingsChangedAt < dayMs,
    };
    for (const row of rows) {
      const before = this.#issues.get(row.id);
      if (before === undefined || nameOf(before) !== nameOf(row)) this.note(`${row.week} is ${nameOf(row)}`);
      // A hold ends with the slot: whoever opens the issue again sends another.
      if (row.status === 'missed') this.mails.goesOn(row.week);
      this.#drafts.look(before, row, this.#time.machine, this.complain);
      const wasOpen = before !== undefined && before.status !== 'missed';
      const isComposed = !wasOpen && row.status !== 'missed' && row.status !== 'cancelled';
      if (isComposed && !step.isClockOdd && !step.isScheduleNew)
        await checkComposed(this.#database.look, row, this.#program.conditions, step.machine, this.complain);
      const acts = this.#acts.get(row.week) ?? [];
      if (acts.includes('edit') || acts.includes('compose')) this.#drafts.touched(row.id, this.#time.machine);
    }
    for (const before of this.#issues.values()) {
      const isForgotten = before.cutoff.getTime() <= this.#time.now - rememberedMs && !now.has(before.id);
      if (!isForgotten) checkChange(before, now.get(before.id), step, this.complain);
    }
    await this.comparisons.look(this.#database.look, this.#time.machine);
    for (const row of rows) {
      checkDecision(row, this.#acts.get(row.week) ?? [], this.complain);
      this.#outcomes.check(row, this.#ticks, this.complain);
      await this.#checkProgress(row);
      if (row.frozen_at !== null && !this.#frozen.has(row.id)) {
        this.#frozen.add(row.id);
        await this.#checkFrozen(row);
      }
      await this.#checkSending(row);
    }
    if (this.step % 25 === 0 || this.#erased.mayForget) await this.#erased.check(this.#time.now);
    if (this.isClockOdd) this.reports.clockWasOdd(this.#time.now);
    // Looks at all issues of all years.
    if (this.step % 100 === 0)
      await this.reports.look(this.#database.look, this.#time.now, this.#program.conditions, this.complain);
    await this.#checkSlots(rows);
    this.#issues = now;
    this.#acts.clear();
  }

  async #checkProgress(row: IssueState): Promise<void> {
    const { now } = this.#time;
    if (this.isClockOdd || now < this.#provider.downUntil) return this.#progress.forget(row);
    await this.#progress.check(this.#database.look, row, { tick: this.#ticks, now }, this.complain);
  }

  async #checkFrozen(issue: IssueState): Promise<void> {
    const frozenAt = issue.frozen_at as Date;
    const { complain } = this;
    const at = frozenAt.getTime() - this.#time.offsetMs;
    const expected = this.readers.mailable(at, frozenAt.getTime());
    await checkAudience(this.#database.look, issue, expected, complain);
    const [log] = await this.#database.look<{ who: string; html: string }>(
      `select l.who, i.html from issue_log l join issues i on i.id = l.issue_id
       where l.issue_id = $1 and l.what = 'frozen' order by l.id desc limit 1`,
      [issue.id],
    );
    if (log === undefined) return this.complain(`the log does not say who froze ${issue.week}`);
    const before = this.#issues.get(issue.id);
    const acts = this.#acts.get(issue.week) ?? [];
    const freeze = {
      issue,
      by: log.who,
      before: before === undefined || acts.includes('resume') ? null : nameOf(before),
      conditions: this.#program.conditions,
      scheduleSince: this.#schedule.since,
      isApprovedByPerson: this.#approved.get(issue.id) === issue.sha256,
      drafted: { changes: this.#drafts.changesOf(issue.id) },
    };
    if (this.isClockOdd) return;
    checkFreeze(freeze, complain);
    if (issue.cutoff.getTime() > this.#oddUntil)
      this.comparisons.checkFrozen(issue, log.html, this.#program.conditions);
    if (!freeze.isApprovedByPerson) this.comparisons.checkPrices(issue, log.html, at);
  }

  async #checkSending(row: IssueState): Promise<void> {
    if (row.frozen_at === null || this.#finished.has(row.id)) return;
    const issue = {
      ...{ id: row.id, week: row.week, status: row.status, now: this.#time.now },
      // Frozen under another clock, perhaps: anybody who left since the day before counts.
      frozenAt: Math.min(row.frozen_at.getTime(), this.#time.now) - (this.isClockOdd ? 30 * dayMs : 0),
      resolved: this.#resolved.get(row.id) ?? new Set<string>(),
    };
    await checkLedger(this.#database.look, issue, this.mails, this.readers, this.complain);
    if (row.status === 'sent' || row.status === 'cancelled') {
      this.#finished.add(row.id);
      this.reports.finished(row.id, this.#time.now, this.#time.machine);
    }
    const mail = row.status === 'sent' ? this.mails.contentOf(row.id) : undefined;
    if (mail !== undefined) this.comparisons.checkSent(row, mail.html);
  }

  reopened(issueId: string): void {
    this.#finished.delete(issueId);
    this.reports.reopened(issueId);
  }

  async #checkSlots(rows: readonly IssueState[]): Promise<void> {
    if (this.isClockOdd) return;
    await this.#schedule.check(this.#database.look, rows, {
      conditions: this.#program.conditions,
      notBefore: this.#oddUntil,
      settingsChangedAt: this.#settingsChangedAt,
      waitsSince: (issueId) => this.#drafts.waitsSince(issueId),
      complain: this.complain,
    });
  }
}
