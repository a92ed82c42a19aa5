import { sql } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { checkNetworkLimit } from '../../../../src/audience/sign-up/check-network-limit.ts';
import { networkOf } from '../../../../src/domain/audience/limits.ts';
import { sharedPipeline } from '../../../support/pipeline/shared-pipeline.ts';

const shared = sharedPipeline();

it('a network may try thirty times an hour, and its refusals are recorded up to the thousandth attempt', async () => {
  const pipeline = shared.empty();
  const attempt = (ip: string) => checkNetworkLimit(pipeline, { ip, source: 'test' });
  const recorded = async () =>
    (await pipeline.db.execute(sql`select from sign_ups where outcome = 'refused' and email is null`)).rows
      .length;
  const network = pipeline.keys.hashNetwork(networkOf('192.0.2.1'));
  await pipeline.limits.network.take(network, 29);
  expect(await attempt('192.0.2.7')).toEqual({ ok: true });
  expect(await attempt('192.0.2.8')).toMatchObject({ ok: false });
  expect(await attempt('198.51.100.7')).toEqual({ ok: true });
  expect(await recorded()).toBe(1);

  await pipeline.limits.network.take(network, 968);
  for (let time = 0; time < 3; time += 1) await attempt('192.0.2.9');
  expect(await recorded()).toBe(2);
});
