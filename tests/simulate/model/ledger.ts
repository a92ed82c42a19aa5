import type { Complain, IssueMails } from './mails.ts';
import type { Readers } from './readers.ts';

export type Look = <Row extends object>(sql: string, values?: readonly unknown[]) => Promise<Row[]>;

interface DeliveryRow {
  readonly email: string;
  readonly skipped: string | null;
  readonly batch: string;
  readonly status: string;
  readonly rejected: boolean;
}

export interface FrozenIssue {
  readonly id: string;
  readonly week: string;
  readonly status: string;
  /** True times. */
  readonly frozenAt: number;
  readonly now: number;
  /** Batches that a person has resolved as submitted. */
  readonly resolved: ReadonlySet<string>;
}

/** Everybody of the audience, with what the ledger says of them. */
function readDeliveries(look: Look, id: string): Promise<DeliveryRow[]> {
  return look<DeliveryRow>(
    `select lower(d.email) as email, d.skipped_reason as skipped, d.batch_no::text as batch, b.status,
       exists (select from jsonb_array_elements(b.rejected) r where (r->>'subscriberId')::bigint = d.subscriber_id) as rejected
     from deliveries d join batches b on b.issue_id = d.issue_id and b.no = d.batch_no
     where d.issue_id = $1`,
    [id],
  );
}

/** The audience is whoever might be mailed at the freeze, each once. */
export async function checkAudience(
  look: Look,
  issue: { readonly id: string; readonly week: string },
  expected: readonly string[],
  complain: Complain,
): Promise<void> {
  const rows = await look<{ email: string }>(
    'select lower(email) as email from deliveries where issue_id = $1',
    [issue.id],
  );
  const has = new Set(rows.map(({ email }) => email));
  const missing = expected.filter((address) => !has.has(address));
  const extra = [...has].filter((address) => !expected.includes(address));
  if (missing.length > 0) complain(`${missing.length} were left out of the audience of ${issue.week}`);
  if (extra.length > 0) complain(`${extra.length} too many are in the audience of ${issue.week}`);
}

/** The ledger's sums are right, and what it says is what the provider did. */
export async function checkLedger(
  look: Look,
  issue: FrozenIssue,
  mails: IssueMails,
  readers: Readers,
  complain: Complain,
): Promise<void> {
  const { id, week } = issue;
  const [sums] = await look<{
    audience: number;
    count: number;
    members: number;
    skipped: number;
    noted: number;
  }>(
    `select i.audience, (select sum(count)::int from batches where issue_id = i.id) as count,
       (select sum(skipped)::int from batches where issue_id = i.id) as noted,
       (select count(*)::int from deliveries where issue_id = i.id) as members,
       (select count(*)::int from deliveries where issue_id = i.id and skipped_reason is not null) as skipped
     from issues i where i.id = $1`,
    [id],
  );
  if (sums === undefined) return;
  if (sums.audience !== sums.count || sums.audience !== sums.members || sums.skipped !== sums.noted)
    complain(`the ledger of ${week} does not add up: ${JSON.stringify(sums)}`);
  const accepted = mails.acceptedOf(id);
  for (const row of await readDeliveries(look, id))
    checkDelivery(row, issue, accepted.get(row.email) ?? 0, readers, complain);
}

function checkDelivery(
  { email, skipped, batch, status, rejected }: DeliveryRow,
  { week, status: issueStatus, frozenAt, now, resolved }: FrozenIssue,
  times: number,
  readers: Readers,
  complain: Complain,
): void {
  if (email.endsWith('@erased.invalid') || !email.includes('@')) return;
  const isSubmitted = status === 'submitted' && skipped === null && !rejected;
  if (isSubmitted && times === 0 && !resolved.has(batch))
    complain(
      `the ledger of ${week} says that somebody of batch ${batch} got it, and the provider has nothing`,
    );
  if (skipped !== null && times > 0) complain(`somebody was skipped in ${week} and got it`);
  if (rejected && times > 0) complain(`somebody of batch ${batch} was rejected in ${week} and got it`);
  if (skipped !== null && !readers.wasEverOut(email, frozenAt, now))
    complain(`somebody was skipped in ${week} as ${skipped} who never left`);
  if (issueStatus === 'sent' && skipped === null && !rejected && times !== 1)
    complain(`${week} is sent, and somebody of batch ${batch} (${status}) got it ${times} times`);
}
