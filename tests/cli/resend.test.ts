import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sampleComparisons } from '../../src/sample/comparisons.ts';
import { Cli } from '../support/cli.ts';
import { endLeases } from '../support/database/leases.ts';
import { type TestDatabase, testDatabase } from '../support/database/test-database.ts';
import type { FakeResend } from '../support/fake-resend/fake-resend.ts';
import { startFakeResend } from '../support/fake-resend/server.ts';

const readers = 150;
const reader = 'reader-7@readers.dev';
const now = new Date('2026-11-24T09:00:00Z');
const week = '2026-W48';

describe.each(['inline', 'template'] as const)('weekly through Resend, %s', (mode) => {
  let cli: Cli;
  let database: TestDatabase;
  let fake: FakeResend;
  let env: Record<string, string>;

  beforeAll(async () => {
    fake = await startFakeResend({});
    env = {
      RESEND_API_KEY: fake.apiKey,
      RESEND_BASE_URL: fake.url,
      RESEND_DELIVERY: mode,
      MAIL_FROM: 'Verdicts <verdicts@news.dev>',
      PUBLIC_URL: 'https://news.dev',
    };
    database = await testDatabase();
    cli = await Cli.openOn(database);
    await cli.json(['import', '-'], { input: JSON.stringify({ comparisons: sampleComparisons(now) }) });
    const emails = Array.from({ length: readers }, (_, index) => `reader-${index}@readers.dev`);
    await cli.json(['subscribers', 'import', '-'], { input: `email\n${emails.join('\n')}\n` });
    await cli.json(['subscribers', 'suppress', 'Reader-0@readers.dev']);
  }, 300_000);

  afterAll(async () => {
    await cli.remove();
    await database.close();
    await fake.close();
  });

  it('is held when the key is rejected, and then reaches everyone once with the approved envelope', {
    timeout: 300_000,
  }, async () => {
    const time = ['--now', now.toISOString()];
    const refused = await cli.run(['weekly', ...time], {
      env: { ...env, RESEND_API_KEY: 're_of_somebody_else' },
    });
    expect(refused.code, refused.stderr).toBe(3);
    expect(fake.accepted).toEqual([]);

    // Killed after the provider took the first batch and before it answered.
    await cli.json(['resume', '--week', week], { env });
    fake.faults.script(['hang-after']);
    const killed = cli.start(['send', '--week', week], { env });
    while (fake.accepted.length === 0) await sleep(50);
    killed.child.kill('SIGKILL');
    await killed.finished;
    await endLeases(database.db);

    // The settings change meanwhile: the issue is still sent as approved, with the same key and the same bytes.
    const changed = { ...env, MAIL_FROM: 'Somebody Else <else@news.dev>', PUBLIC_URL: 'https://other.dev' };
    const report = await cli.json(['send', '--week', week], { env: changed });
    expect(report).toMatchObject({ status: 'sent', submitted: readers - 1, skipped: 0, balances: true });
    expect(fake.account.sent.totals()).toEqual({
      accepted: readers - 1,
      recipients: readers - 1,
      duplicates: 0,
    });
    expect(new Set(fake.accepted.map(({ email }) => email?.from))).toEqual(
      new Set(['Verdicts <verdicts@news.dev>']),
    );
    expect(fake.requests.filter(({ answered }) => answered === 409)).toEqual([]);
    expect(fake.accepted.some(({ to }) => to.toLowerCase().startsWith('reader-0@'))).toBe(false);
  });

  it('delivers the bytes that render writes for that reader', { timeout: 60_000 }, async () => {
    await cli.json(['render', '--week', week, '--reader', reader, '--out', join(cli.dataDir, 'r')]);
    const email = fake.accepted.find(({ to }) => to === reader)?.email;
    expect(email?.html === (await readFile(join(cli.dataDir, 'r/issue.html'), 'utf8'))).toBe(true);
    expect(email?.text === (await readFile(join(cli.dataDir, 'r/issue.txt'), 'utf8'))).toBe(true);
    const { subject, headers } = JSON.parse(await readFile(join(cli.dataDir, 'r/issue.json'), 'utf8'));
    expect(email).toMatchObject({ subject, headers });
    expect(headers).toMatchObject({
      'List-Unsubscribe': expect.stringMatching(/^<https:\/\/news\.dev\/u\/[\w-]{22}>$/),
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
    });
  });
});
