import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { Cli, type Started } from '../support/cli.ts';
import { type Cable, cableTo } from '../support/database/cable.ts';
import { postmasterPid, stopAtOnce } from '../support/database/embedded-processes.ts';
import { startFakeResend } from '../support/fake-resend/server.ts';
import type { Installation } from '../support/installation.ts';
import { startRoles } from '../support/running-roles.ts';
import { installBefore, slot } from '../support/served-slot.ts';

const longestMs = 15_000;
const readers = 3_000;

/** Tells a process to stop, and returns how long it took. */
async function stopped({ child, finished }: Started, what: string): Promise<number> {
  const from = performance.now();
  child.kill('SIGTERM');
  const { stderr } = await finished;
  const took = performance.now() - from;
  process.stdout.write(
    `${what}: ended after ${(took / 1_000).toFixed(1)} s; ${stderr.trim().split('\n').at(-1)}\n`,
  );
  return took;
}

describe('whose database has gone', () => {
  let installation: Installation;
  let cable: Cable;
  let env: Readonly<Record<string, string>>;

  beforeEach(async () => {
    installation = await installBefore(readers);
    cable = await cableTo(installation.database.url);
    const fake = await startFakeResend();
    onTestFinished(() => fake.close());
    env = {
      ...{ DATABASE_URL: cable.url, MIN_REVIEW_MINUTES: '0', MAX_COMPARISONS: '2' },
      ...{ RESEND_API_KEY: fake.apiKey, RESEND_BASE_URL: fake.url, RESEND_RATE: '2' },
      ...{ MAIL_FROM: 'Verdicts <verdicts@news.dev>', PUBLIC_URL: 'https://news.dev' },
    };
  });
  afterEach(async () => {
    await cable.close();
    await installation.close();
  });

  it.each(['cut', 'freeze'] as const)(
    'npm start ends within 15 s in the middle of a send (%s)',
    async (breakIt) => {
      const now = new Date(slot + 3 * 3_600_000).toISOString();
      const running = await startRoles(installation.cli, 'web,scheduler,worker', env, ['--now', now]);
      while (!running.log().includes('batch-answered')) await sleep(50);
      cable[breakIt]();
      await sleep(500);
      expect(await stopped(running.run, `npm start, ${breakIt}`)).toBeLessThan(longestMs);
    },
  );

  it.each(['cut', 'freeze'] as const)('send ends within 15 s (%s)', async (breakIt) => {
    const { cli } = installation;
    for (const command of ['compose', 'approve']) {
      await cli.json([command, '--week', '2026-W48', ...(command === 'approve' ? ['--by', 'Ada'] : [])], {
        env,
      });
    }
    const sending = cli.start(['send', '--week', '2026-W48'], { env });
    const isUnderWay = async () =>
      (await installation.database.pool.query("select from batches where status = 'submitted'")).rowCount !==
      0;
    while (!(await isUnderWay())) await sleep(50);
    cable[breakIt]();
    await sleep(500);
    expect(await stopped(sending, `send, ${breakIt}`)).toBeLessThan(longestMs);
  });
});

describe('with the embedded PostgreSQL', () => {
  it.each([
    ['hangs', async (pid: number) => void process.kill(pid, 'SIGSTOP')],
    [
      'was killed and its folder removed',
      async (pid: number, dataDir: string) => {
        await stopAtOnce(pid);
        await rm(dataDir, { recursive: true, force: true, maxRetries: 5 });
      },
    ],
  ])('npm start ends within 15 s when the server %s', async (what, harm) => {
    const cli = await Cli.open();
    onTestFinished(() => cli.remove());
    const running = await startRoles(cli, 'web,scheduler,worker');
    const pid = await postmasterPid(cli.dataDir);
    if (pid === undefined) throw new Error('there is no server');
    await harm(pid, cli.dataDir);
    try {
      expect(await stopped(running.run, `embedded server ${what}`)).toBeLessThan(longestMs);
    } finally {
      if (what === 'hangs') process.kill(pid, 'SIGCONT');
    }
  });
});
