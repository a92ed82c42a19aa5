import { subDays } from 'date-fns/subDays';
import type { Tx } from '../../db/client.ts';
import { isClockSteady } from '../../db/queries/issue/slots.ts';
import {
  beginPruning,
  type Cutoffs,
  clearProviderIds,
  countPrunable,
  cutoffOf,
  type DueIssue,
  deleteDeliveries,
  deleteEvents,
  deleteOthers,
  deleteReports,
  endIds,
  lockRetention,
  readDueIssues,
} from '../../db/queries/sending/retention.ts';
import { routineTypes } from '../../domain/sending/mail-event.ts';
import {
  eventsKeptDays,
  idsKeptDays,
  nothingPruned,
  type Pruned,
  reportsKeptDays,
} from '../../domain/sending/retention.ts';
import type { PipelineContext } from '../context.ts';

export interface PruneOptions {
  readonly signal?: AbortSignal;
  /** Called after each transaction with the rows that it deleted. */
  readonly onDeleted?: (rows: number) => void;
}

/** A minute's share of the schedule; the next minute goes on. */
const rowsPerRun = 100_000;

/** What would be deleted now. Reads only. */
export async function readPrunable(
  ctx: Pick<PipelineContext, 'db' | 'clock' | 'settings'>,
): Promise<{ readonly prunable: Pruned; readonly weeks: readonly string[] }> {
  const cutoffs = cutoffsAt(ctx);
  const due = await readDueIssues(ctx.db, cutoffs);
  return { prunable: await countPrunable(ctx.db, due, cutoffs), weeks: due.map(({ week }) => week) };
}

/**
 * The schedule's step: deletes what is old of finished issues, at most 100,000 rows at a time, unless a clock may be
 * wrong. Running it twice, or in several processes, does no harm.
 */
export async function pruneSome(ctx: PipelineContext): Promise<void> {
  if (!(await isClockSteady(ctx.db, ctx.clock.now()))) return;
  const pruned = await prune(ctx, {}, rowsPerRun);
  if (Object.values(pruned).some((rows) => rows > 0)) ctx.observe({ kind: 'pruned', ...pruned });
}

/**
 * Deletes what is old of finished issues (docs/adr/0020-kept-totals-and-retention.md), each transaction at most 5,000
 * rows, and returns what it deleted. Killed anywhere and run again, it goes on; of two at once, each deletes a part.
 */
export async function prune(
  ctx: Pick<PipelineContext, 'db' | 'clock' | 'settings'>,
  options: PruneOptions = {},
  rows = Number.POSITIVE_INFINITY,
): Promise<Pruned> {
  const cutoffs = cutoffsAt(ctx);
  const run = new PruneRun(ctx, options, rows);
  for (const issue of await readDueIssues(ctx.db, cutoffs)) await run.issue(issue);
  for (const type of routineTypes)
    await run.repeat('events', (tx) => deleteOthers(tx, type, cutoffOf(cutoffs, type)));
  await run.repeat('reports', (tx) => deleteReports(tx, cutoffs.reports));
  return run.pruned;
}

function cutoffsAt({ clock, settings }: Pick<PipelineContext, 'clock' | 'settings'>): Cutoffs {
  const now = clock.now();
  return {
    ids: subDays(now, idsKeptDays),
    events: subDays(now, eventsKeptDays),
    reports: subDays(now, reportsKeptDays),
    deliveries: subDays(now, settings.deliveryRetentionDays),
  };
}

/** Deletes in small transactions until there is nothing left, or it has to stop. */
class PruneRun {
  pruned = nothingPruned;
  readonly #ctx: Pick<PipelineContext, 'db' | 'clock'>;
  readonly #options: PruneOptions;
  #rowsLeft: number;

  constructor(ctx: Pick<PipelineContext, 'db' | 'clock'>, options: PruneOptions, rows: number) {
    this.#ctx = ctx;
    this.#options = options;
    this.#rowsLeft = rows;
  }

  async issue({ id, ids, events, deliveries }: DueIssue): Promise<void> {
    const now = this.#ctx.clock.now();
    if (ids) {
      await this.repeat('events', (tx) => deleteEvents(tx, id, 'sent'));
      await this.repeat('providerIds', (tx) => clearProviderIds(tx, id));
      if (!this.#mustStop) await this.#transaction((tx) => endIds(tx, id, now));
    }
    if (events && (await this.#begin(id, 'events', now))) {
      for (const type of routineTypes) await this.repeat('events', (tx) => deleteEvents(tx, id, type));
    }
    if (deliveries && (await this.#begin(id, 'deliveries', now))) {
      await this.repeat('deliveries', (tx) => deleteDeliveries(tx, id));
    }
  }

  /** Deletes rows of a kind until there are none. */
  async repeat(kind: keyof Pruned, deleteSome: (tx: Tx) => Promise<number>): Promise<void> {
    while (!this.#mustStop) {
      const rows = await this.#transaction(deleteSome);
      if (rows === 0) return;
      this.#rowsLeft -= rows;
      this.pruned = { ...this.pruned, [kind]: this.pruned[kind] + rows };
      this.#options.onDeleted?.(rows);
    }
  }

  get #mustStop(): boolean {
    return this.#rowsLeft <= 0 || this.#options.signal?.aborted === true;
  }

  async #begin(id: number, what: 'events' | 'deliveries', now: Date): Promise<boolean> {
    return !this.#mustStop && this.#transaction((tx) => beginPruning(tx, id, what, now));
  }

  #transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.#ctx.db.transaction(async (tx) => {
      await lockRetention(tx);
      return work(tx);
    });
  }
}
