import { sql } from 'drizzle-orm';
import { findIssue } from '../../src/db/queries/issue/issues.ts';
import type { Log } from '../support/benchmark.ts';
import { openBench, week } from '../support/context.ts';
import { prepareIssue, type Statistics } from '../support/prepare-issue.ts';
import { explained, type Plan } from './plans.ts';
import type { Step } from './step.ts';
import { weeklySteps } from './steps.ts';

export interface ExplainOptions {
  readonly recipients: number;
  readonly past: number;
  readonly statistics: Statistics;
}

/** A step's plans, and how many rows it was for. */
export interface ExplainedStep extends Pick<Step, 'name' | 'isAggregate'> {
  readonly plans: readonly Plan[];
  readonly rows: number;
}

/** What a statement that is no aggregate may read for each row that it returns. */
const readsPerRow = 100;

export const readsTooMuch = ({ plans, rows, isAggregate }: ExplainedStep): boolean =>
  isAggregate !== true && plans.some(({ reads }) => reads > readsPerRow * Math.max(rows, 1));

/**
 * Explains the statements of a week for an issue of which half is sent. Of the issue PostgreSQL has the statistics that
 * the freeze made, of everything else those of the week before.
 */
export async function explainWeek(
  { recipients, past, statistics }: ExplainOptions,
  say: Log,
): Promise<ExplainedStep[]> {
  const bench = await openBench();
  const { ctx } = bench;
  try {
    // A list of a page or two is read as a whole.
    const suppressed = Math.max(Math.round(recipients / 50), 1_000);
    await ctx.db.execute(sql`
      insert into suppressions (email, reason)
      select 'gone-' || n || '@readers.example', 'hard_bounce' from generate_series(1, ${suppressed}::int) n`);
    const freezeSeconds = await prepareIssue(ctx, { subscribers: recipients, past, statistics, log: say });
    say(`${recipients} deliveries frozen in ${freezeSeconds.toFixed(1)} s`);
    const issue = await findIssue(ctx.db, week);
    if (issue === null) throw new Error('there is no issue');
    await ctx.db.execute(sql`
      update batches set status = 'submitted', submitted_at = clock_timestamp(), first_attempt_at = clock_timestamp()
      where issue_id = ${issue.id} and no <= ${recipients / 200}::int`);
    const steps: ExplainedStep[] = [];
    for (const { name, isAggregate, run } of weeklySteps(issue.id, recipients)) {
      const { plans, result } = await explained(ctx.db, (tx, observed) => run(observed, tx));
      steps.push({ name, plans, rows: result, ...(isAggregate === undefined ? {} : { isAggregate }) });
    }
    return steps;
  } finally {
    await bench.close();
  }
}
