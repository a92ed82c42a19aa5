import type { IssueRow } from '../../db/queries/issue/issues.ts';
import {
  findUnresolvedRecipients,
  noteUnresolved,
  settleFromSentLog,
  type UnresolvedBatch,
  type UnresolvedKind,
} from '../../db/queries/sending/reconcile.ts';
import { done, type Refusal, type Result } from '../../domain/refusal.ts';
import type { SentEmail, SentLog, SentPage } from '../../domain/sending/sent-log.ts';
import type { PipelineContext } from '../context.ts';
import { askPatiently } from './ask-patiently.ts';

/** Clocks of ours and the provider's may differ by as much. */
const clockSkewMs = 5 * 60_000;

const notes = {
  refusal: 'The provider took the rest of this batch, and not this recipient.',
  unlisted:
    'The provider lists nobody of this batch. Resolve it as not-sent if you are sure; it is posted anew then.',
  foreign:
    'The provider lists people of this batch under another one. Look at its emails before you resolve it.',
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
 * Reads the provider's list from the newest email back to the first attempt of the batches in question. A batch
 * of which it has anybody was taken: who is listed is submitted, the others were refused then. At a million
 * recipients that is up to 10,000 pages, at the shared pace.
 */
export async function bookFromSentLog(
  ctx: PipelineContext,
  log: SentLog,
  issue: IssueRow,
  open: readonly UnresolvedBatch[],
  options: SentLogOptions,
): Promise<Refusal | { readonly ok: true }> {
  const waiting = new Map(open.map((batch) => [batch.no, batch]));
  const found = new Map<number, Found>();
  const foreign: number[] = [];
  const since = Math.min(...open.map((batch) => batch.since.getTime())) - clockSkewMs;

  /** One email's tags speak for its batch: a request is taken whole, and nobody is in two batches. */
  const book = async (no: number, ids: Found): Promise<Refusal | { readonly ok: true }> => {
    found.delete(no);
    const [example = ''] = ids.values();
    const tags = await askPatiently(ctx, () => log.tags(example), options.signal);
    if (!tags.ok) return tags;
    const { value } = tags;
    if (value !== null && (value.issue !== String(issue.id) || value.batch !== String(no))) {
      foreign.push(no);
      return done({});
    }
    const note = `Booked from the provider's list, which has ${ids.size} of ${waiting.get(no)?.recipients}.`;
    await settleFromSentLog(ctx.db, issue.id, no, options.which, ids, { note, refusal: notes.refusal });
    waiting.delete(no);
    return done({});
  };

  const pageFrom = (next: string | null): Promise<Result<{ readonly value: SentPage }>> =>
    askPatiently(ctx, () => log.page(next), options.signal);
  let next: string | null = null;
  do {
    const page = await pageFrom(next);
    if (!page.ok) return page;
    const { emails } = page.value;
    const ids = idsByAddress(emails, issue.subject);
    for (const person of await findUnresolvedRecipients(ctx.db, issue.id, options.which, [...ids.keys()])) {
      const of = found.get(person.batchNo) ?? new Map<number, string>();
      found.set(person.batchNo, of.set(person.subscriberId, ids.get(person.address) ?? ''));
    }
    for (const [no, of] of found) {
      // Complete ones are booked at once, so that little is kept in mind.
      if (of.size !== waiting.get(no)?.recipients) continue;
      const booked = await book(no, of);
      if (!booked.ok) return booked;
    }
    const oldest = emails.at(-1)?.createdAt ?? null;
    options.onPage?.(emails.length, oldest);
    next = oldest !== null && oldest.getTime() < since ? null : page.value.next;
  } while (next !== null);

  for (const [no, of] of [...found]) {
    const booked = await book(no, of);
    if (!booked.ok) return booked;
  }
  await noteUnresolved(ctx.db, issue.id, foreign, notes.foreign);
  const unlisted = [...waiting.keys()].filter((no) => !foreign.includes(no));
  await noteUnresolved(ctx.db, issue.id, unlisted, notes.unlisted);
  return done({});
}

function idsByAddress(emails: readonly SentEmail[], subject: string): Map<string, string> {
  return new Map(
    emails.flatMap(({ id, to: [only], subject: its }) =>
      only !== undefined && its === subject ? [[addressOf(only), id] as const] : [],
    ),
  );
}

/** `Name <a@b.dev>` and `a@b.dev` alike, in lower case. */
const addressOf = (mailbox: string) => (/<([^<>]+)>\s*$/.exec(mailbox)?.[1] ?? mailbox).trim().toLowerCase();
