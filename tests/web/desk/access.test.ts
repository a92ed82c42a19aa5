import { request } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { deskApp } from '../../../src/web/desk/app.ts';
import { serveDesk } from '../../../src/web/desk/serve.ts';
import { ListenError } from '../../../src/web/http/listen.ts';
import { type TestPipeline, testPipeline } from '../../support/pipeline/test-pipeline.ts';

let pipeline: TestPipeline;

beforeEach(async () => {
  pipeline = await testPipeline();
});

afterEach(() => pipeline.close());

const get = (path: string, init?: RequestInit) => deskApp(pipeline).request(path, init);

describe('access to the desk', () => {
  test('is refused under any other host and port', async () => {
    for (const host of [
      'evil.example',
      'localhost.evil.example',
      '127.0.0.1:81',
      'localhost:3000',
      '127.0.0.1@evil',
      '',
    ]) {
      const response = await get('/', { headers: { host } });
      expect([host, response.status]).toEqual([host, 403]);
    }
    for (const host of ['localhost', '127.0.0.1', '[::1]', 'LOCALHOST:80']) {
      expect([host, (await get('/', { headers: { host } })).status]).toEqual([host, 200]);
    }
  });

  test('is read-only', async () => {
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
      const response = await get('/', { method });
      expect([method, response.status]).toEqual([method, 405]);
      expect(response.headers.get('allow')).toBe('GET, HEAD');
    }
    expect((await get('/', { method: 'HEAD' })).status).toBe(200);
  });

  test('has strict headers in every answer, and no cookie', async () => {
    for (const [path, init] of [['/'], ['/desk.css'], ['/nowhere'], ['/', { method: 'POST' }]] as const) {
      const { headers } = await get(path, init);
      expect(headers.get('content-security-policy')).toContain("default-src 'none'; style-src 'self'");
      expect(headers.get('content-security-policy')).not.toContain('unsafe');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('set-cookie')).toBeNull();
    }
  });

  test('shows that something failed, but not what', async () => {
    const errors: unknown[] = [];
    const broken = { ...pipeline, clock: { now: () => new Date(Number.NaN) } };
    const response = await deskApp(broken, { onError: (error) => errors.push(error) }).request('/');
    expect(response.status).toBe(500);
    const html = await response.text();
    expect(html).toContain('This page could not be loaded');
    expect(html).not.toMatch(/Error|\.ts|at /);
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(errors).toHaveLength(1);
  });
});

describe('the server of the desk', () => {
  test('answers on 127.0.0.1 under its own names only', async () => {
    const server = await serveDesk(pipeline, { port: 0 });
    const statusAs = (host: string) =>
      new Promise<number | undefined>((resolve, reject) => {
        request(server.url, { headers: { host }, agent: false }, (response) =>
          resolve(response.resume().statusCode),
        )
          .on('error', reject)
          .end();
      });
    const { port } = new URL(server.url);
    expect(await statusAs(`127.0.0.1:${port}`)).toBe(200);
    expect(await statusAs(`localhost:${port}`)).toBe(200);
    expect(await statusAs('localhost')).toBe(403);
    expect(await statusAs(`rebound.example:${port}`)).toBe(403);
    await server.close();
    await server.close();
    await expect(statusAs(`localhost:${port}`)).rejects.toThrow('ECONNREFUSED');
  });

  test('says when its port is in use', async () => {
    const first = await serveDesk(pipeline, { port: 0 });
    const port = Number(new URL(first.url).port);
    const second = serveDesk(pipeline, { port });
    await expect(second).rejects.toThrow(ListenError);
    await expect(second).rejects.toThrow(`port ${port} is already in use; choose another with --port`);
    await first.close();
  });
});
