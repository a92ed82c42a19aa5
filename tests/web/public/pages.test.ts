import { describe, expect, test } from 'vitest';
import { publicClient } from '../../support/pages/public-client.ts';

const client = publicClient();

describe('pages', () => {
  test('have no script, no cookie, no inline style and nothing from another site', async () => {
    for (const path of [
      '/',
      '/nowhere',
      '/u/AAAAAAAAAAAAAAAAAAAAAA',
      '/confirm/x',
      '/preferences/x',
      '/data/x',
    ]) {
      const answer = await client.request(path);
      const policy = answer.headers.get('content-security-policy') ?? '';
      expect(policy, path).toContain("default-src 'none'");
      expect(policy, path).not.toContain('unsafe');
      expect(answer.headers.get('set-cookie'), path).toBeNull();
      const body = await answer.text();
      expect(body, path).not.toMatch(
        /<script|style=| on[a-z]+=|(src|href)="https?:\/\/(?!verdicts\.example)/,
      );
    }
  });

  test('answer 405 with the allowed methods, and with JSON to a client that asks for it', async () => {
    const answer = await client.request('/subscribe', {
      method: 'DELETE',
      headers: { accept: 'application/json' },
    });
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, POST']);
    expect(await answer.json()).toEqual({ error: expect.any(String) });
  });
});
