import { sql } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { maintainAudience } from '../../../src/audience/maintain-audience.ts';
import { tick } from '../../../src/pipeline/schedule/tick.ts';
import { addReaders } from '../../support/database/subscribers.ts';
import { sharedPipeline } from '../../support/pipeline/shared-pipeline.ts';
import { at } from '../../support/pipeline/test-pipeline.ts';

const shared = sharedPipeline();
const hourMs = 3_600_000;

it('for 24 hours after the clock jumped by more than an hour, nobody is deleted for not having confirmed', async () => {
  const pipeline = shared.empty();
  await addReaders(pipeline.db, 1, 'pending');
  const pending = async () => (await pipeline.db.execute(sql`select from subscribers`)).rows.length;
  const start = Date.now();
  const after = (hours: number) => at(pipeline, new Date(start + hours * hourMs));
  await pipeline.db.execute(sql`update subscribers set consented_at = ${new Date(start)}`);
  await tick(after(0));
  await tick(after(60 * 24));
  await maintainAudience(after(60 * 24 + 1));
  expect(await pending()).toBe(1);
  await maintainAudience(after(60 * 24 + 24));
  expect(await pending()).toBe(0);
});
