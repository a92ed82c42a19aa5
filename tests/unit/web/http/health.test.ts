import { describe, expect, it } from 'vitest';
import { type Health, healthApp, withHealth } from '../../../../src/web/http/health.ts';

function request(path: string, options: Partial<Health> = {}, from = '127.0.0.1', authorization?: string) {
  const health: Health = {
    condition: async () => ({ problems: [], alarms: [] }),
    metrics: async () => 'verdicts_up 1\n',
    metricsToken: null,
    onError: () => {},
    ...options,
  };
  const headers: Record<string, string> = authorization === undefined ? {} : { authorization };
  const incoming = { socket: { remoteAddress: from, remotePort: 5000, remoteFamily: 'IPv4' } };
  return healthApp(health).request(path, { headers }, { incoming });
}

describe('/metrics', () => {
  const metricsToken = 'a-token-for-tests';
  const elsewhere = '203.0.113.9';

  it.each(['127.0.0.1', '127.8.9.10', '::1', '::ffff:127.0.0.1'])('is open to %s', async (from) => {
    expect(await (await request('/metrics', {}, from)).text()).toBe('verdicts_up 1\n');
  });

  it.each(['203.0.113.9', '10.127.0.1', '1.127.0.1', '128.0.0.1', '::1:2', '::ffff:10.0.0.1', 'fe80::1'])(
    'is closed to %s',
    async (from) => expect((await request('/metrics', {}, from)).status).toBe(403),
  );

  it('is open to another machine with the token', async () => {
    const answer = await request('/metrics', { metricsToken }, elsewhere, `Bearer ${metricsToken}`);
    expect(answer.status).toBe(200);
  });

  it.each([
    'Bearer a-token-for-test',
    'Bearer a-token-for-testS',
    'Bearer a-token-for-tests2',
    'Bearer ',
    'Bearer null',
    'a-token-for-tests',
    '',
  ])('is closed to another machine with %j', async (authorization) => {
    expect((await request('/metrics', { metricsToken }, elsewhere, authorization)).status).toBe(403);
    expect((await request('/metrics', {}, elsewhere, authorization)).status).toBe(403);
  });
});

describe('/readyz', () => {
  it('is 503 with the problems, and 200 once there are none, with the alarms in any case', async () => {
    const alarms = ['Issue 2026-W48 should have gone out.'];
    const problems = ['the database cannot be reached'];
    const unready = await request('/readyz', { condition: async () => ({ problems, alarms }) });
    expect([unready.status, await unready.json()]).toEqual([503, { ready: false, problems, alarms }]);
    const ready = await request('/readyz', { condition: async () => ({ problems: [], alarms }) });
    expect([ready.status, await ready.json()]).toEqual([200, { ready: true, problems: [], alarms }]);
  });

  it('is 500, and says nothing of the error, when the check itself fails', async () => {
    const errors: unknown[] = [];
    const failure = new Error('password=hush');
    const condition = () => Promise.reject(failure);
    const answer = await request('/readyz', { condition, onError: (error) => errors.push(error) });
    expect([answer.status, await answer.text()]).toEqual([500, 'Something went wrong. See the log.\n']);
    expect(errors).toEqual([failure]);
  });
});

describe('withHealth', () => {
  const named = (name: string) => ({ fetch: () => new Response(name) });
  const app = withHealth(named('health'), named('pages'));

  it.each([
    ['/healthz', 'health'],
    ['/readyz?verbose', 'health'],
    ['/metrics', 'health'],
    ['/metrics/', 'pages'],
    ['/', 'pages'],
    ['/issues?to=/healthz', 'pages'],
  ])('gives %s to the %s', async (path, expected) => {
    const answer = await app.fetch(new Request(`http://news.example${path}`));
    expect(await answer.text()).toBe(expected);
  });
});
