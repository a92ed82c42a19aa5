import { Readable } from 'node:stream';
import { sql } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { importSubscribers } from '../../src/audience/import-export/import-subscribers.ts';
import { forgetReaders } from '../../src/audience/leave/forget-readers.ts';
import { addSentIssues } from '../support/database/sent-issues.ts';
import { tablesWith } from '../support/database/tables-with.ts';
import { sharedPipeline } from '../support/pipeline/shared-pipeline.ts';
import { must, tuesday } from '../support/pipeline/test-pipeline.ts';

const shared = sharedPipeline();

it('20,000 people who left are forgotten in the course of minutes, and an import of 100,000 brings none of them back', async () => {
  const pipeline = shared.empty();
  await pipeline.db.execute(sql`
    insert into subscribers (email, status, reader_token, consent_source, confirmed_at, unsubscribed_at)
    select 'reader-' || n || '@readers.example', case when n <= 20000 then 'unsubscribed' else 'confirmed' end,
      lpad(n::text, 22, '0'), 'test', '2024-01-01', case when n <= 20000 then timestamptz '2025-01-01' end
    from generate_series(1, 25000) n`);
  await addSentIssues(pipeline.db, 8);
  const rounds: number[] = [];
  const began = process.cpuUsage();
  for (let forgotten = -1; forgotten !== 0; rounds.push(forgotten)) forgotten = await forgetReaders(pipeline);
  const forgetting = cpuMs(began);
  expect(rounds.reduce((sum, n) => sum + n, 0)).toBe(20_000);
  expect(rounds.length).toBeGreaterThan(2);
  expect(await tablesWith(pipeline.db, 'reader-19999@')).toEqual([]);
  expect(await tablesWith(pipeline.db, 'reader-20001@')).toEqual(['public.deliveries', 'public.subscribers']);

  const csv = Array.from({ length: 100_000 }, (_, n) => `READER-${n + 1}@readers.example\n`);
  const importing = process.cpuUsage();
  const report = await importSubscribers(pipeline.db, Readable.from(['email\n', ...csv]), {
    ...{ consentSource: 'a list', at: tuesday, keys: pipeline.keys },
  });
  expect(must(report)).toMatchObject({ added: 75_000, unchanged: 5_000, unsubscribed: 20_000 });
  // Of this process; PostgreSQL works beside it.
  expect(forgetting).toBeLessThan(30_000);
  expect(cpuMs(importing)).toBeLessThan(30_000);
});

const cpuMs = (since: NodeJS.CpuUsage) => {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1_000;
};
