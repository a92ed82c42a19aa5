import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { sql } from 'drizzle-orm';
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  type MockInstance,
  test,
  vi,
} from 'vitest';
import { type HttpServer, listen } from '../../src/web/http/listen.ts';
import { publicApp } from '../../src/web/public/app.ts';
import { frozenIssue } from '../support/pipeline/frozen-issue.ts';
import { type TestPipeline, week } from '../support/pipeline/test-pipeline.ts';

let pipeline: TestPipeline;
let server: HttpServer;
let failures: unknown[];
/** Requests that the app has received, and those that it has finished. */
let received = 0;
let finished = 0;
/** What the server library prints, which is no JSON log line of ours. */
let printed: MockInstance[];

beforeAll(async () => {
  pipeline = await frozenIssue(1);
  const app = publicApp(pipeline, { onError: (error) => failures.push(error) });
  const fetch: Parameters<typeof listen>[0]['fetch'] = async (request, env) => {
    received += 1;
    try {
      return await app.fetch(request, env);
    } finally {
      finished += 1;
    }
  };
  server = await listen({ fetch }, { port: 0, host: '127.0.0.1', fix: '' });
});
afterAll(async () => {
  await server.close();
  await pipeline.close();
});

beforeEach(() => {
  failures = [];
  printed = (['error', 'warn', 'info', 'log'] as const).map((method) => vi.spyOn(console, method));
});
afterEach(() => {
  for (const spy of printed) expect(spy).not.toHaveBeenCalled();
  vi.restoreAllMocks();
});

/** Sends these bytes, hangs up while the app handles them, and waits until it has finished. */
async function abort(bytes: string, hangUp: (socket: Socket) => unknown): Promise<void> {
  const before = received;
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  socket.on('error', () => {});
  socket.write(bytes);
  await vi.waitFor(() => expect(received).toBeGreaterThan(before), { interval: 2 });
  const closed = once(socket, 'close');
  await hangUp(socket);
  socket.resume();
  await closed;
  await vi.waitFor(() => expect(finished).toBe(received), { interval: 2 });
}

const head = (request: string, ...headers: string[]) =>
  [`${request} HTTP/1.1`, 'host: news.example', ...headers, '', ''].join('\r\n');

const token = 'AAAAAAAAAAAAAAAAAAAAAA';

describe.each([
  ['resets the connection', (socket: Socket) => socket.resetAndDestroy()],
  ['closes the connection', (socket: Socket) => socket.destroy()],
  ['ends its side of the connection', (socket: Socket) => socket.end()],
])('a client that %s', (_, hangUp) => {
  test.each(['/subscribe', `/preferences/${token}`, `/data/${token}`, `/u/${token}`, '/webhooks/resend'])(
    'while it sends a body to %s is no failure of ours',
    async (path) => {
      for (const type of [
        'application/json',
        'application/x-www-form-urlencoded',
        'multipart/form-data; boundary=x',
      ])
        for (const [framing, part] of [
          ['content-length: 100', '{"email":'],
          ['transfer-encoding: chunked', '9\r\n{"email":\r\n'],
          ['transfer-encoding: chunked', '40\r\n{"email":'],
        ] as const)
          await abort(head(`POST ${path}`, `content-type: ${type}`, framing) + part, hangUp);
      expect(failures).toEqual([]);
    },
  );

  test('while a page is made for it is no failure of ours', async () => {
    for (const path of ['/', '/issues', `/issues/${week}`, `/preferences/${token}`])
      await abort(head(`GET ${path}`), hangUp);
    expect(failures).toEqual([]);
  });

  test('is not hidden when the failure is ours', async () => {
    await pipeline.db.execute(sql`alter table subscribers rename to elsewhere`);
    try {
      await abort(head(`GET /preferences/${token}`), hangUp);
    } finally {
      await pipeline.db.execute(sql`alter table elsewhere rename to subscribers`);
    }
    expect(failures).toHaveLength(1);
  });
});

test('a client that hangs up in the middle of an answer is no failure of ours', async () => {
  // Far more than the buffers between us hold.
  await abort(head(`GET /issues/${week}/frame`).repeat(200), async (socket) => {
    await once(socket, 'readable');
    socket.destroy();
  });
  expect(failures).toEqual([]);
});
