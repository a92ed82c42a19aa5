import type { IssueRow } from '../../db/queries/issue/issues.ts';
import {
  findUnresolvedRecipients,
  noteUnresolved,
  settleFromSentLog,
  type UnresolvedBatch,
  type UnresolvedKind,
} from '../../db/queries/sending/reconcile.ts';
import { done, type Refusal, type Result, refuse, waitForPerson } from '../../domain/refusal.ts';
import type { Lookup, SentEmail, SentLog, SentPage } from '../../domain/sending/sent-log.ts';
import type { PipelineContext } from '../context.ts';
import { sleep } from '../send/shared-pace.ts';

/** The provider's clock and ours may differ by this much. */
const clockSkewMs = 5 * 60_000;

const maxTries = 6;

const notes = {
  refusal: 'The provider accepted the rest of this batch, but not this recipient.',
  unlisted:
    'The provider lists none of this batch. Resolve it as not-sent if you are sure: it is posted again then.',
  foreign:
    'The provider lists recipients of this batch under another batch. Look at its emails before you resolve it.',
};

export interface SentLogOptions {
  readonly which: UnresolvedKind;
  readonly signal?: AbortSignal;
  /** Called after each page of the provider's list. */
  readonly onPage?: (emails: number, oldest: Date | null) => void;
}

/** What the list has of one batch so far: the provider's id by subscriber. */
type Found = Map<number, string>;

/**
 * Settles unresolved batches from the provider's list of sent emails, read from the newest back to their first
 * attempt. If the list has any recipient of a batch, the provider accepted that batch: listed recipients are
 * submitted, the others were rejected. Batches that it does not list get a note for the person who resolves them. A
 * million recipients are up to 10,000 pages, at the shared pace.
 */
export async function reconcileFromSentLog(
  ctx: PipelineContext,
  log: SentLog,
  issue: IssueRow,
  unresolved: readonly UnresolvedBatch[],
  options: SentLogOptions,
): Promise<Refusal | { readonly ok: true }> {
  const waiting = new Map(unresolved.map((batch) => [batch.no, batch]));
  const found = new Map<number, Found>();
  const foreign: number[] = [];
  const since = Math.min(...unresolved.map((batch) => batch.since.getTime())) - clockSkewMs;
  const ask = <T>(question: () => Promise<Lookup<T>>) => askWithRetries(ctx, question, options.signal);

  /** The tags of one email are enough: a request is accepted whole, and no recipient is in two batches. */
  const settle = async (no: number, ids: Found): Promise<Refusal | { readonly ok: true }> => {
    found.delete(no);
    const [example = ''] = ids.values();
    const tags = await ask(() => log.tags(example));
    if (!tags.ok) return tags;
    const { value } = tags;
    if (value !== null && (value.issue !== String(issue.id) || value.batch !== String(no))) {
      foreign.push(no);
      return done({});
    }
    const note = `Settled from the provider's list, which has ${ids.size} of ${waiting.get(no)?.recipients}.`;
    await settleFromSentLog(ctx.db, issue.id, no, options.which, ids, { note, refusal: notes.refusal });
    waiting.delete(no);
    return done({});
  };

  const askForPage = (from: string | null) => ask(() => log.page(from));
  let next: string | null = null;
  do {
    const page: Result<{ readonly value: SentPage }> = await askForPage(next);
    if (!page.ok) return page;
    const { emails } = page.value;
    const ids = idsByAddress(emails, issue.subject);
    const people = await findUnresolvedRecipients(ctx.db, issue.id, options.which, [...ids.keys()]);
    for (const person of people) {
      const ofBatch = found.get(person.batchNo) ?? new Map<number, string>();
      found.set(person.batchNo, ofBatch.set(person.subscriberId, ids.get(person.address) ?? ''));
    }
    for (const [no, ofBatch] of found) {
      // Complete batches are settled right away, so that few are in memory.
      if (ofBatch.size !== waiting.get(no)?.recipients) continue;
      const settled = await settle(no, ofBatch);
      if (!settled.ok) return settled;
    }
    const oldest = emails.at(-1)?.createdAt ?? null;
    options.onPage?.(emails.length, oldest);
    // A page may end in the middle of a batch, and the clocks may differ by more than we allow for: whoever is on the next
    // page was not rejected.
    const isCut = people.some(({ batchNo }) => found.has(batchNo));
    next = oldest !== null && oldest.getTime() < since && !isCut ? null : page.value.next;
  } while (next !== null);

  for (const [no, ofBatch] of [...found]) {
    const settled = await settle(no, ofBatch);
    if (!settled.ok) return settled;
  }
  await noteUnresolved(ctx.db, issue.id, foreign, notes.foreign);
  const unlisted = [...waiting.keys()].filter((no) => !foreign.includes(no));
  await noteUnresolved(ctx.db, issue.id, unlisted, notes.unlisted);
  return done({});
}

/** Asks the provider at the shared pace, up to six times while it says "later"; a refusal waits for a person. */
async function askWithRetries<T>(
  ctx: Pick<PipelineContext, 'pace'>,
  question: () => Promise<Lookup<T>>,
  signal?: AbortSignal,
): Promise<Result<{ readonly value: T }>> {
  for (let tries = 1; ; tries += 1) {
    await ctx.pace.turn(signal);
    if (signal?.aborted) return refuse('Stopped. No batch is half settled: run it again to go on.');
    const asked = await question();
    if (asked.kind === 'answer') return done({ value: asked.value });
    if (asked.kind === 'refused') return waitForPerson(asked.reason);
    if (tries === maxTries) return refuse(`${asked.reason} Run it again later.`);
    await sleep(asked.afterMs ?? 250 * 2 ** tries, signal);
  }
}

function idsByAddress(emails: readonly SentEmail[], subject: string): Map<string, string> {
  return new Map(
    emails.flatMap(({ id, to: [only], subject: its }) =>
      only !== undefined && its === subject ? [[addressOf(only), id] as const] : [],
    ),
  );
}

/** The address of `Name <a@b.dev>` or `a@b.dev`, in lower case. */
const addressOf = (mailbox: string) => (/<([^<>]+)>\s*$/.exec(mailbox)?.[1] ?? mailbox).trim().toLowerCase();
