import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { takeMailAllowance } from '../../../../src/audience/sign-up/mail-allowance.ts';
import { requestLimits } from '../../../../src/db/request-limits.ts';
import { sharedPipeline } from '../../../support/pipeline/shared-pipeline.ts';
import type { TestPipeline } from '../../../support/pipeline/test-pipeline.ts';

const shared = sharedPipeline();

/** A pipeline that may mail this often an hour. */
function withBudget(mailsPerHour: number): TestPipeline {
  const pipeline = shared.empty();
  return { ...pipeline, limits: requestLimits(pipeline.database.pool, { mailsPerHour }) };
}

/** What counts at present, by limit, without those that nothing counts against. */
async function counted(pipeline: TestPipeline): Promise<Record<string, number>> {
  const { rows } = await pipeline.db.execute<{ name: string; points: number }>(sql`
    select split_part(key, ':', 1) as name, sum(points)::int as points from request_limits group by 1 having sum(points) > 0`);
  return Object.fromEntries(rows.map(({ name, points }) => [name, points]));
}

const take = async (pipeline: TestPipeline, email: string, times: number) => {
  for (let mail = 0; mail < times; mail += 1)
    expect(await takeMailAllowance(pipeline, email)).toEqual({ kind: 'now' });
};

describe('an allowed mail', () => {
  it('counts against its address, its domain and the budget', async () => {
    const pipeline = withBudget(10);
    await take(pipeline, 'ada@small.example', 2);
    expect(await counted(pipeline)).toEqual({ address: 2, domain: 2, mails: 2 });
  });

  it('counts against no domain if many people share it', async () => {
    const pipeline = withBudget(10);
    await take(pipeline, 'ada@gmail.com', 1);
    expect(await counted(pipeline)).toEqual({ address: 1, mails: 1 });
  });

  it('counts tenfold against the budget, and once against the rest, while sign-ups are slowed down', async () => {
    const pipeline = withBudget(10);
    await pipeline.db.execute(sql`insert into slow_downs (began_at) values (now())`);
    await take(pipeline, 'ada@small.example', 1);
    expect(await counted(pipeline)).toEqual({ address: 1, domain: 1, mails: 10 });
  });

  it('counts for the same address in any case', async () => {
    const pipeline = withBudget(10);
    await take(pipeline, 'ada@small.example', 5);
    expect(await takeMailAllowance(pipeline, 'Ada@Small.example')).toEqual({ kind: 'never' });
  });
});

describe('a refused mail', () => {
  it('counts against nothing when its address has had its five', async () => {
    const pipeline = withBudget(10);
    await take(pipeline, 'ada@small.example', 5);
    const before = await counted(pipeline);
    for (let time = 0; time < 3; time += 1)
      expect(await takeMailAllowance(pipeline, 'ada@small.example')).toEqual({ kind: 'never' });
    expect(await counted(pipeline)).toEqual(before);
  });

  it('counts against nothing when its domain has had its thirty', async () => {
    const pipeline = withBudget(100);
    for (let reader = 0; reader < 30; reader += 1) await take(pipeline, `r${reader}@small.example`, 1);
    const before = await counted(pipeline);
    expect(await takeMailAllowance(pipeline, 'ada@small.example')).toMatchObject({ kind: 'later' });
    expect(await counted(pipeline)).toEqual(before);
  });

  it('counts against nothing when the budget is used up', async () => {
    const pipeline = withBudget(2);
    await take(pipeline, 'ada@small.example', 2);
    const before = await counted(pipeline);
    expect(await takeMailAllowance(pipeline, 'bob@other.example')).toMatchObject({ kind: 'later' });
    expect(await counted(pipeline)).toEqual(before);
  });

  it('counts against nothing when what is left of the budget is too little for it', async () => {
    const pipeline = withBudget(15);
    await pipeline.db.execute(sql`insert into slow_downs (began_at) values (now())`);
    await take(pipeline, 'ada@small.example', 1);
    expect(await takeMailAllowance(pipeline, 'bob@other.example')).toMatchObject({ kind: 'later' });
    expect(await counted(pipeline)).toEqual({ address: 1, domain: 1, mails: 10 });
    await pipeline.db.execute(sql`update slow_downs set ended_at = now()`);
    await take(pipeline, 'bob@other.example', 5);
  });

  it('says when the limit that refused it ends', async () => {
    const pipeline = withBudget(0);
    const { afterMs } = (await takeMailAllowance(pipeline, 'ada@small.example')) as { afterMs: number };
    expect(afterMs).toBeGreaterThan(3_590_000);
    expect(afterMs).toBeLessThanOrEqual(3_600_000);
  });
});
