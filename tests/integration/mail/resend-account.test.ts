import { describe, expect, it, onTestFinished } from 'vitest';
import { inspectAccount } from '../../../src/mail/resend/inspect-account.ts';
import type { Fault } from '../../support/fake-resend/faults.ts';
import type { FakeResendOptions } from '../../support/fake-resend/options.ts';
import { startFakeResend } from '../../support/fake-resend/server.ts';

async function inspect(options: FakeResendOptions, fault: Fault | null = null, apiKey?: string) {
  const fake = await startFakeResend(options);
  onTestFinished(() => fake.close());
  fake.faults.script([fault], '/domains');
  const state = await inspectAccount({ apiKey: apiKey ?? fake.apiKey, baseUrl: fake.url });
  return { fake, state };
}

describe('an account', () => {
  it('answers with its domains and whether they are verified and receive mail', async () => {
    const { fake, state } = await inspect({
      domains: [
        { name: 'news.example', status: 'verified', receives: true },
        { name: 'old.example', status: 'failed' },
      ],
    });
    expect(state).toEqual({
      kind: 'answers',
      domains: [
        { name: 'news.example', status: 'verified', receives: true },
        { name: 'old.example', status: 'failed', receives: false },
      ],
    });
    expect(fake.requests.map(({ method, path }) => `${method} ${path}`)).toEqual(['GET /domains']);
  });

  it('may have a key that only sends', async () => {
    expect((await inspect({}, null, 're_test_sending')).state).toEqual({ kind: 'send-only' });
  });

  it.each<[string, Fault]>([
    ['no answer', 'reset-before'],
    ['500', { status: 500, name: 'application_error' }],
    ['a proxy’s 502', { status: 502, body: '<html>502</html>' }],
  ])('is silent with %s', async (_, fault) => {
    expect((await inspect({}, fault)).state).toEqual({ kind: 'silent' });
  });

  it.each<[string, Fault, string]>([
    ['a wrong key', { status: 401, name: 'validation_error' }, 'validation_error'],
    ['a key that was switched off', { status: 403, name: 'restricted_api_key' }, 'restricted_api_key'],
    ['too many requests', { status: 429, name: 'rate_limit_exceeded' }, 'rate_limit_exceeded'],
    ['an answer of something else', { status: 200, body: '{"data":[{}]}' }, 'status 200'],
  ])('refuses with %s', async (_, fault, reason) => {
    expect((await inspect({}, fault)).state).toEqual({ kind: 'refused', reason });
  });
});
