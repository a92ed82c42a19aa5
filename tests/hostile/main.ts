import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { openApp } from '../../src/app.ts';
import { systemClock } from '../../src/domain/clock.ts';
import { parseEnv } from '../../src/env.ts';
import { webhookSecret } from '../support/fake-resend/webhooks.ts';
import { runHostile } from './run-hostile.ts';

const parseCount = (text: string) => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new InvalidArgumentError('expected a whole number, 1 or more.');
  return value;
};

await new Command('hostile')
  .description('Sends generated hostile requests to the readers’ pages, on its own database.')
  .option('--requests <n>', 'how many to send', parseCount, 10_000)
  .option('--seed <n>', 'repeats a run', parseCount, (Date.now() % 1_000_000) + 1)
  .action(async ({ requests, seed }: { readonly requests: number; readonly seed: number }) => {
    const folder = await mkdtemp(join(tmpdir(), 'verdicts-hostile-'));
    const env = parseEnv({
      DATA_DIR: folder,
      TRUST_PROXY: '1',
      RESEND_WEBHOOK_SECRET: webhookSecret,
      SIGNUP_ORIGINS: 'https://verdicts.example',
    });
    const app = await openApp(env, systemClock, () => {});
    try {
      const startedAt = performance.now();
      const { statuses, faults } = await runHostile(app, requests, seed);
      const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
      process.stdout.write(
        `${requests} requests in ${seconds} s, seed ${seed}: ${JSON.stringify(statuses)}\n`,
      );
      process.stdout.write(`${faults.length} faults\n`);
      for (const fault of faults.slice(0, 20)) process.stderr.write(`${fault}\n`);
      if (faults.length > 0) process.exitCode = 1;
    } finally {
      await app.close();
      await rm(folder, { recursive: true, force: true });
    }
  })
  .parseAsync();
