import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Started } from '../support/cli.ts';
import type { Installation } from '../support/installation.ts';
import { type RunningRoles, startRoles } from '../support/running-roles.ts';
import { expectEveryoneOnce, installBefore, slot, untilSent } from '../support/served-slot.ts';

const readers = 500;
const roles = ['web', 'scheduler', 'worker'];

let installation: Installation;

beforeAll(async () => {
  installation = await installBefore(readers);
});
afterAll(() => installation.close());

it('three processes with one role each send a week, can each be asked, and tell it in one log', async () => {
  const env = { MIN_REVIEW_MINUTES: '0', MAX_COMPARISONS: '2', EDITOR_EMAILS: 'editor@desk.example' };
  const now = new Date(slot + 3 * 3_600_000).toISOString();
  const [web, ...others] = await Promise.all(
    roles.map((role) => startRoles(installation.cli, role, env, ['--now', now])),
  );
  const processes = [web, ...others] as RunningRoles<Started>[];
  await untilSent(installation);
  for (const [n, running] of processes.entries()) {
    const role = roles[n];
    const what = role === 'web' ? 'pages' : 'health';
    expect(await (await fetch(running.url(what, '/readyz'))).json()).toEqual({
      ready: true,
      problems: [],
      alarms: [],
    });
    const metrics = await (await fetch(running.url(what, '/metrics'))).text();
    expect(metrics).toContain(`verdicts_ready{role="${role}"} 1`);
    process.stdout.write(`${role}: ${await memoryOf(running.run)}\n`);
  }
  for (const { run } of processes) run.child.kill('SIGTERM');
  expect(await Promise.all(processes.map(async ({ run }) => (await run.finished).code))).toEqual([0, 0, 0]);
  await expectEveryoneOnce(installation, readers);

  // As `sort -t, -k2,2` merges the files of the processes.
  const lines = processes.flatMap(({ log }) => log().split('\n').filter(Boolean));
  const merged = lines.toSorted((a, b) => (a.split(',')[1] ?? '').localeCompare(b.split(',')[1] ?? ''));
  process.stdout.write(`${merged.join('\n')}\n`);
  const steps = merged.map((line) => JSON.parse(line)).filter(({ week }) => week === '2026-W48');
  const firsts = [...new Set(steps.map(({ msg }) => msg))];
  const once = ['composed', 'checked', 'approved', 'frozen', 'finished'];
  expect(firsts.filter((msg) => [...once, 'batch-answered'].includes(msg))).toEqual([
    ...['composed', 'checked', 'approved', 'frozen', 'batch-answered', 'finished'],
  ]);
  expect(
    steps
      .filter(({ msg }) => once.includes(msg))
      .map(({ msg }) => msg)
      .toSorted(),
  ).toEqual(once.toSorted());
});

async function memoryOf({ child }: Started): Promise<string> {
  const status = await readFile(`/proc/${child.pid}/status`, 'utf8').catch(() => '');
  return /VmRSS:\s*(\d+ kB)/.exec(status)?.[1] ?? 'memory unknown';
}
