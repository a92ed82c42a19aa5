import { sql } from 'drizzle-orm';
import type { Db } from '../../src/db/client.ts';
import { sampleComparisons } from '../../src/sample/comparisons.ts';
import { Cli } from '../support/cli.ts';

/**
 * Adds confirmed subscribers and an approved issue. The schedule's last tick lies before the week's slot, so that
 * `start` sends the issue as `send` does.
 */
export async function prepareIssue(
  db: Db,
  recipients: number,
  { week, now, env }: { week: string; now: string; env: Readonly<Record<string, string>> },
): Promise<void> {
  await db.execute(sql`
    insert into subscribers (email, status, reader_token, consent_source, confirmed_at)
    select 'reader-' || n || '@readers.dev', 'confirmed', lpad(n::text, 22, '0'), 'chaos', now()
    from generate_series(1, ${recipients}::int) n`);
  await db.execute(sql`
    insert into ticks (schedule, last_tick) values ('weekly', ${now}::timestamptz - interval '1 day')`);
  const cli = await Cli.open();
  try {
    const comparisons = sampleComparisons(new Date(now)).slice(0, 2);
    await cli.json(['import', '-'], { env, input: JSON.stringify({ comparisons }) });
    await cli.json(['compose', '--week', week, '--now', now], { env });
    await cli.json(['approve', '--week', week, '--now', now, '--by', 'chaos'], { env });
  } finally {
    await cli.remove();
  }
}
