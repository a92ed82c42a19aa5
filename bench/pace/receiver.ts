import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerParent } from '../support/child.ts';
import { throttledLine } from './throttled-line.ts';

/** What the provider does in one cell. */
export interface Provider {
  /** Requests a second, in fixed windows; 429 beyond. */
  readonly limit: number;
  /** Milliseconds from the end of a request to its answer. */
  readonly latencyMs: number;
}

export interface Received {
  /** When requests with mails began that were not answered 429, in milliseconds; as `performance.timeOrigin` has it. */
  readonly at: readonly number[];
  readonly tooMany: number;
  /** Uploads that ended before their end. */
  readonly thrownAway: number;
  readonly recipients: number;
  readonly bytes: number;
}

export type ReceiverMessage = { readonly kind: 'url' | 'received' } | ({ readonly kind: 'begin' } & Provider);

const windowMs = 1_000;

/** In the body, without parsing it: inside a JSON string the quotes are escaped. */
const recipientMark = Buffer.from('"to":"');
const template = JSON.stringify({ id: 'b1ccf2a4-0000-4000-8000-000000000000', object: 'template' });

let provider: Provider = { limit: 1, latencyMs: 0 };
let window = { since: 0, used: 0 };
let seen = nothing();

function nothing() {
  return { at: [] as number[], tooMany: 0, thrownAway: 0, recipients: 0, bytes: 0 };
}

/** Costs little: a request is counted when it begins, its body is not kept. */
const server = createServer((request, response) => {
  const now = performance.now();
  const answer = limited(now);
  const isBatch = request.url === '/emails/batch';
  if (isBatch && answer.status === 429) seen.tooMany += 1;
  if (isBatch && answer.status !== 429) seen.at.push(performance.timeOrigin + now);
  const counter = new MarkCounter();
  request.on('data', (part: Buffer) => counter.add(part));
  request.on('end', () => {
    if (isBatch && answer.status !== 429) {
      seen.recipients += counter.marks;
      seen.bytes += counter.bytes;
    }
    setTimeout(() => respond(request, response, answer, counter.marks), provider.latencyMs);
  });
  request.on('close', () => {
    if (!request.complete) seen.thrownAway += 1;
  });
});

interface Limited {
  readonly status: 200 | 429;
  readonly headers: Readonly<Record<string, string>>;
}

function limited(now: number): Limited {
  const { limit } = provider;
  if (now >= window.since + windowMs) window = { since: now, used: 0 };
  window.used += 1;
  const reset = String(Math.max(1, Math.ceil((window.since + windowMs - now) / 1_000)));
  const headers = {
    'ratelimit-limit': String(limit),
    'ratelimit-policy': `${limit};w=1`,
    'ratelimit-remaining': String(Math.max(0, limit - window.used)),
    'ratelimit-reset': reset,
  };
  return window.used > limit
    ? { status: 429, headers: { ...headers, 'retry-after': reset } }
    : { status: 200, headers };
}

/** Counts marks in a body that comes in parts. */
class MarkCounter {
  marks = 0;
  bytes = 0;
  #tail = Buffer.alloc(0);

  add(part: Buffer): void {
    this.bytes += part.length;
    const seam = Buffer.concat([this.#tail, part.subarray(0, recipientMark.length - 1)]);
    this.marks += marksIn(seam) + marksIn(part);
    this.#tail = Buffer.from(part.subarray(-(recipientMark.length - 1)));
  }
}

function marksIn(text: Buffer): number {
  let count = 0;
  for (let at = text.indexOf(recipientMark); at !== -1; at = text.indexOf(recipientMark, at + 1)) count += 1;
  return count;
}

function respond(request: IncomingMessage, response: ServerResponse, answer: Limited, count: number): void {
  const isKnown = request.url === '/emails/batch' || request.method !== 'GET';
  response.writeHead(answer.status === 429 ? 429 : isKnown ? 200 : 404, {
    ...answer.headers,
    'content-type': 'application/json',
  });
  if (answer.status === 429)
    return void response.end(
      '{"name":"rate_limit_exceeded","statusCode":429,"message":"Too many requests."}',
    );
  if (request.url === '/emails/batch')
    return void response.end(
      JSON.stringify({ data: Array.from({ length: count }, () => ({ id: `mail-${crypto.randomUUID()}` })) }),
    );
  response.end(isKnown ? template : '{"name":"not_found","statusCode":404,"message":"Not found"}');
}

server.keepAliveTimeout = 60_000;
server.requestTimeout = 0;
server.listen(0, '127.0.0.1', async () => {
  const { port } = server.address() as AddressInfo;
  const { lineMbit } = JSON.parse(process.argv[2] ?? '{}') as { readonly lineMbit?: number };
  const linePort = lineMbit === undefined ? port : await throttledLine(port, lineMbit);
  answerParent((message: ReceiverMessage) => {
    if (message.kind === 'url') return `http://127.0.0.1:${linePort}`;
    if (message.kind === 'received') return seen satisfies Received;
    if (message.kind === 'begin') provider = message;
    window = { since: 0, used: 0 };
    seen = nothing();
    return 'begun';
  });
});
