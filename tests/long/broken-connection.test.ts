import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Begun, Cli } from '../support/cli.ts';
import { type Cable, cableTo } from '../support/database/cable.ts';
import { type TestDatabase, testDatabase } from '../support/database/test-database.ts';
import { beginRoles, type RunningRoles } from '../support/running-roles.ts';

let database: TestDatabase;
let cable: Cable;
let cli: Cli;
let worker: RunningRoles<Begun>;

beforeEach(async () => {
  database = await testDatabase();
  cable = await cableTo(database.url);
  cli = await Cli.openOn(cable);
  worker = await beginRoles(cli, 'worker');
});
afterEach(async () => {
  cable.restore();
  worker.run.stop();
  await worker.run.finished;
  await cli.remove();
  await cable.close();
  await database.close();
});

async function ask(path: string) {
  const answer = await fetch(worker.url('health', path));
  return { status: answer.status, text: await answer.text() };
}

const readiness = async () => (await ask('/readyz')).status;

it.each(['cut', 'freeze'] as const)(
  'a process is not ready while its connection is broken (%s), and is soon after',
  async (breakIt) => {
    expect(await readiness()).toBe(200);
    cable[breakIt]();
    await expect.poll(readiness, { timeout: 20_000 }).toBe(503);
    expect((await ask('/healthz')).status).toBe(200);
    expect(await ask('/metrics')).toEqual({
      status: 200,
      text: expect.stringContaining('verdicts_ready{role="worker"} 0'),
    });
    cable.restore();
    await expect.poll(readiness, { timeout: 60_000 }).toBe(200);
  },
);
