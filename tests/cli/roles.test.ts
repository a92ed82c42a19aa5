import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Begun, Cli } from '../support/cli.ts';
import { type TestDatabase, testDatabase } from '../support/database/test-database.ts';
import { beginRoles, type RunningRoles } from '../support/running-roles.ts';

type Running = RunningRoles<Begun>;

let database: TestDatabase;
let cli: Cli;
let begun: Running[];

beforeEach(async () => {
  database = await testDatabase();
  cli = await Cli.openOn(database);
  begun = [];
});
afterEach(async () => {
  for (const { run } of begun) run.stop();
  await Promise.all(begun.map(({ run }) => run.finished));
  await cli.remove();
  await database.close();
});

async function begin(roles: string, env = {}): Promise<Running> {
  const running = await beginRoles(cli, roles, env);
  begun.push(running);
  return running;
}

const portOf = (role: string) => (role.includes('web') ? 'pages' : 'health');

async function ask(running: Running, path: string, what = 'health') {
  const answer = await fetch(running.url(what, path));
  return { status: answer.status, text: await answer.text() };
}

const readiness = async (running: Running, what = 'health') => {
  const { status, text } = await ask(running, '/readyz', what);
  return { status, ...(JSON.parse(text) as { problems: string[]; alarms: string[] }) };
};

describe.each(['web', 'scheduler', 'worker', 'scheduler,worker'])('a process with the role %s', (role) => {
  it('says how it is, and names its role in metrics and log lines', async () => {
    const running = await begin(role);
    const label = role.replace(',', '+');
    const port = portOf(role);
    expect(await ask(running, '/healthz', port)).toEqual({ status: 200, text: 'ok\n' });
    expect(await readiness(running, port)).toMatchObject({ status: 200, problems: [] });
    const { text } = await ask(running, '/metrics', port);
    const samples = text.split('\n').filter((line) => line.startsWith('verdicts_'));
    expect(samples).toContain(`verdicts_ready{role="${label}"} 1`);
    expect(samples.filter((line) => !line.includes(`role="${label}"`))).toEqual([]);
    expect(new Set(running.lines().map((line) => line.role))).toEqual(new Set([label]));
  });
});

it('works on without its port when that is taken, unless it serves pages', async () => {
  const first = await begin('scheduler');
  const PORT = new URL(first.url('health')).port;
  const second = await begin('worker', { PORT });
  expect(second.lines()).toContainEqual(
    expect.objectContaining({
      ...{ level: 'warn', msg: 'not-listening', what: 'health' },
      reason: expect.stringContaining(`port ${PORT} is already in use`),
    }),
  );
  const web = await cli.run(['start'], { env: { ROLES: 'web', PORT, PREVIEW_PORT: '0' } });
  expect([web.code, web.stderr]).toEqual([1, expect.stringContaining('is already in use')]);
});

it('says what is wrong: the queue, the schema, or the schedule, if that is its own', async () => {
  const [scheduler, worker] = [await begin('scheduler'), await begin('worker')];
  const problemsOf = async (running: Running) => (await readiness(running)).problems;
  await database.pool.query(`update ticks set last_tick = last_tick - interval '1 hour'`);
  const silent = /^the schedule was last checked at /;
  const soon = { timeout: 30_000 };
  await expect.poll(() => problemsOf(scheduler), soon).toEqual([expect.stringMatching(silent)]);
  expect(await readiness(worker)).toMatchObject({
    status: 200,
    alarms: [expect.stringMatching(/^The schedule/)],
  });
  await database.pool.query('alter table pgboss.version rename to elsewhere');
  await expect.poll(() => problemsOf(worker), soon).toEqual(['the queue cannot be used']);
  await database.pool.query('alter table pgboss.elsewhere rename to version');
  await database.pool.query('update drizzle.__drizzle_migrations set created_at = created_at - 1e12');
  await expect
    .poll(() => problemsOf(worker), soon)
    .toEqual([expect.stringMatching(/^the database lacks \d+ migration/)]);
});

it('asks the database once for any number of probes, over connections that it has anyway', async () => {
  const running = await begin('web');
  await Promise.all(Array.from({ length: 50 }, () => readiness(running, 'pages')));
  const connections = await database.pool.query(`select from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid() and application_name = 'weekly-verdicts'`);
  expect(connections.rowCount).toBeLessThanOrEqual(2);
});
