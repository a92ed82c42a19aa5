import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import type { Observe } from '../../../src/domain/event.ts';
import type { Settings } from '../../../src/pipeline/context.ts';
import { issueStatus } from '../../../src/pipeline/report/issue-status.ts';
import { tick } from '../../../src/pipeline/schedule/tick.ts';
import { addReaders } from '../database/subscribers.ts';
import { readOutbox } from '../mail/read-outbox.ts';
import { importAll, published } from './compose.ts';
import { tickAndRunJobs } from './run-jobs.ts';
import { sharedPipeline } from './shared-pipeline.ts';
import { at, type TestPipeline } from './test-pipeline.ts';

/** Tuesdays at 9:00 UTC, composed 24 hours earlier. The first slot, of 2026-W48, is 2026-11-24T09:00Z. */
export const tuesdays = { cron: '0 9 * * 2', timeZone: 'UTC' };
export const thursdays = { cron: '0 9 * * 4', timeZone: 'UTC' };
/** A Friday, with no slot near. */
export const installed = '2026-11-20T12:00:00Z';

export interface ScheduledPipeline {
  readonly pipeline: TestPipeline;
  /** Two comparisons published the day before, three readers, an editor, and the first tick. */
  install(settings?: Partial<Settings>, now?: string): Promise<void>;
  set(settings: Partial<Settings>): void;
  /** Calls this with each event from now on. */
  observe(observe: Observe): void;
  publish(slug: string, publishedAt: string): Promise<void>;
  /** One minute of the clock: the steps of the schedule, and the jobs that follow. */
  run(...instants: readonly string[]): Promise<void>;
  at(instant: string): TestPipeline;
  status(week: string): Promise<string>;
  /** Each as `2026-11-24T09:00Z 2026-W48 planned`. */
  slots(): Promise<readonly string[]>;
  /** What the editors were mailed, as the first words of the subjects, sorted. */
  notices(): Promise<readonly string[]>;
  mails(label: string): Promise<readonly string[]>;
  /** How many emails readers got for a week. */
  sent(week: string): Promise<number>;
  slugs(week: string): Promise<readonly string[]>;
}

/** A pipeline whose clock a test sets; one database for the tests of a file. */
export function scheduledPipeline(): ScheduledPipeline {
  const shared = sharedPipeline();
  let pipeline: TestPipeline;
  const outbox = async (folder: string) => {
    const path = join(pipeline.outbox, folder);
    return existsSync(path) ? await readOutbox(path) : [];
  };
  const rows = async <Row extends Record<string, unknown>>(query: ReturnType<typeof sql>) =>
    (await pipeline.db.execute<Row>(query)).rows;
  return {
    get pipeline() {
      return pipeline;
    },
    async install(settings = {}, now = installed) {
      pipeline = shared.empty({
        editorEmails: ['editor@desk.example'],
        maxPriceAgeDays: 10_000,
        ...settings,
      });
      await importAll(pipeline.db, [
        published('first', new Date('2026-11-19T09:00:00Z')),
        published('second', new Date('2026-11-19T08:00:00Z')),
      ]);
      await addReaders(pipeline.db, 3);
      await tick(at(pipeline, now));
    },
    set(settings) {
      pipeline = { ...pipeline, settings: { ...pipeline.settings, ...settings } };
    },
    observe(observe) {
      pipeline = { ...pipeline, observe };
    },
    async publish(slug, publishedAt) {
      await importAll(pipeline.db, [published(slug, new Date(publishedAt))]);
    },
    async run(...instants) {
      for (const instant of instants) await tickAndRunJobs(pipeline, instant);
    },
    at: (instant) => at(pipeline, instant),
    async status(week) {
      const status = await issueStatus(pipeline, week);
      return status.ok ? status.report.status : 'none';
    },
    async slots() {
      const found = await rows<{ line: string }>(sql`
        select to_char(slot at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI"Z"') || ' ' || week || ' ' || status as line
        from slots order by slot`);
      return found.map(({ line }) => line);
    },
    async notices() {
      return (await outbox('editors')).map(({ subject = '' }) => subject.split(':')[0] ?? '').toSorted();
    },
    async mails(label) {
      const mails = await outbox('editors');
      return mails.filter(({ subject }) => subject?.startsWith(label)).map(({ text }) => String(text));
    },
    async sent(week) {
      return (await outbox(week)).length;
    },
    async slugs(week) {
      const found = await rows<{ slug: string }>(sql`
        select c.slug from issue_comparisons ic join issues i on i.id = ic.issue_id join comparisons c on c.id = ic.comparison_id
        where i.week = ${week} and ic.active order by ic.position`);
      return found.map(({ slug }) => slug);
    },
  };
}
