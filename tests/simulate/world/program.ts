import { composeIssueJob } from '../../../jobs/compose-issue.ts';
import { deliverIssueJob } from '../../../jobs/deliver-issue.ts';
import { eraseReaderJob } from '../../../jobs/erase-reader.ts';
import { mailReaderJob } from '../../../jobs/mail-reader.ts';
import { reconcileIssueJob } from '../../../jobs/reconcile-issue.ts';
import { runSteps } from '../../../jobs/schedule.ts';
import { sendIssueJob } from '../../../jobs/send-issue.ts';
import { settleSignUpJob } from '../../../jobs/settle-sign-up.ts';
import { tellEditorsJob } from '../../../jobs/tell-editors.ts';
import { requestLimits } from '../../../src/db/request-limits.ts';
import { keysFrom } from '../../../src/domain/audience/keys.ts';
import { unlimited } from '../../../src/domain/sending/pace.ts';
import type { PipelineContext } from '../../../src/pipeline/context.ts';
import type { JobName } from '../../../src/queue/jobs.ts';
import type { Handler, Handlers, Queue } from '../../../src/queue/queue.ts';
import { type Conditions, settingsOf } from './conditions.ts';
import type { Crash } from './crash.ts';
import type { SimulatedDatabase } from './database.ts';
import type { Provider } from './provider.ts';
import type { Random } from './random.ts';
import { minuteMs, type Time } from './time.ts';

export interface Parts {
  readonly database: SimulatedDatabase;
  readonly time: Time;
  readonly provider: Provider;
  readonly crash: Crash;
  readonly random: Random;
  /** A failure that nothing the simulation did explains. */
  readonly onFailure: (what: string) => void;
}

/** A job that waits longer than this ends, as a process does that is stopped, and goes on at the next minute. */
const longestWaitMs = 2 * minuteMs;

/** What a job may throw, for the queue to try again, when the provider did not take what it sent. */
const expected = /was not accepted|no answer|Run it again/;

/** The program as one process runs it: its schedule and its workers, on the simulated machine. */
export class Program {
  conditions: Conditions;
  readonly #parts: Parts;
  readonly #shared: Omit<PipelineContext, 'settings'> & { readonly queue: Queue };
  #stop = new AbortController();
  #waitedMs = 0;
  #hasRetries = false;

  constructor(parts: Parts, conditions: Conditions) {
    const { database, time, provider, crash, onFailure } = parts;
    this.#parts = parts;
    this.conditions = conditions;
    this.#shared = {
      db: database.db,
      queue: database.queue,
      mailer: provider,
      // One request at a time: see the provider.
      pace: { ...unlimited, reserve: () => unlimited.reserve(1) },
      clock: { now: () => new Date(time.machine) },
      keys: keysFrom('the secret of a simulation'),
      limits: requestLimits(database.pool, { mailsPerHour: 500 }),
      observe: (event) => {
        if (event.kind === 'failed' && !crash.isDown)
          onFailure(`${event.what} failed: ${String(event.error)}`);
      },
    };
  }

  /** Whether a job failed that the queue tries again. */
  get hasRetries(): boolean {
    return this.#hasRetries;
  }

  get ctx(): PipelineContext & { readonly queue: Queue } {
    return { ...this.#shared, settings: settingsOf(this.conditions) };
  }

  /** For a person's command, which a wait that takes long ends as well. */
  session(): { readonly ctx: PipelineContext & { readonly queue: Queue }; readonly signal: AbortSignal } {
    this.#stop = new AbortController();
    this.#waitedMs = 0;
    return { ctx: this.ctx, signal: this.#stop.signal };
  }

  /** One minute of the schedule. False if the program died in it. */
  async tick(): Promise<boolean> {
    await runSteps(this.ctx);
    return !this.#parts.crash.restart();
  }

  /** Runs the jobs that are due, in any order, some of them twice, as a queue may. False if the program died. */
  async work(): Promise<boolean> {
    this.session();
    this.#hasRetries = false;
    const { random, database, crash, onFailure } = this.#parts;
    const handlers = this.#handlers();
    for (let due = await this.#dueQueues(); due.length > 0; due = await this.#dueQueues()) {
      for (const name of random.shuffled(due)) {
        await database.queue.drain(name, handlers[name]).catch((error: unknown) => {
          if (crash.isDown) return;
          this.#hasRetries = true;
          if (!expected.test(String(error))) onFailure(`job ${name} failed: ${String(error)}`);
        });
        if (crash.restart()) return false;
      }
    }
    return true;
  }

  /** Those with jobs to run now: asking each in turn would take half of the time of a simulation. */
  async #dueQueues(): Promise<JobName[]> {
    const rows = await this.#parts.database.look<{ name: JobName }>(
      `select distinct name from pgboss.job where state in ('created', 'retry') and start_after <= $1 order by name`,
      [new Date(this.#parts.time.machine)],
    );
    return rows.map(({ name }) => name);
  }

  /** Called when the program waits: it is stopped, politely, when that takes long. */
  waited(ms: number): void {
    this.#waitedMs += ms;
    if (this.#waitedMs > longestWaitMs) this.stop();
  }

  /** Politely: what is under way ends first. */
  stop(): void {
    this.#stop.abort();
  }

  /** Another worker on the same issue, beside the one that is posting. */
  async deliverBeside(week: string): Promise<void> {
    await deliverIssueJob(this.ctx, this.#stop.signal)({ week }, this.#stop.signal);
  }

  #handlers(): Handlers {
    const { ctx } = this;
    const { signal } = this.#stop;
    return {
      'compose-issue': this.#sometimesTwice(composeIssueJob(ctx)),
      'send-issue': this.#sometimesTwice(sendIssueJob(ctx)),
      'deliver-issue': this.#sometimesTwice(deliverIssueJob(ctx, signal)),
      'reconcile-issue': this.#sometimesTwice(reconcileIssueJob(ctx, signal)),
      'tell-editors': this.#sometimesTwice(tellEditorsJob(ctx)),
      'settle-sign-up': this.#sometimesTwice(settleSignUpJob(ctx)),
      'mail-reader': this.#sometimesTwice(mailReaderJob(ctx)),
      'erase-reader': this.#sometimesTwice(eraseReaderJob(ctx)),
    };
  }

  #sometimesTwice<Name extends JobName>(handler: Handler<Name>): Handler<Name> {
    return async (job, signal) => {
      await handler(job, signal);
      if (this.#parts.random.chance(0.05)) await handler(job, signal);
    };
  }
}
