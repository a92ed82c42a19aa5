import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerParent } from '../support/child.ts';

/** Counts recipients without parsing the body: inside a JSON string, the quotes of `"to":` are escaped. */
const recipientMark = Buffer.from('"to":"');

const template = { id: 'b1ccf2a4-0000-4000-8000-000000000000', object: 'template' };
const keys = new Set<string>();
let recipients = 0;
let requests = 0;
let bytes = 0;

const server = createServer((request, response) => {
  const parts: Buffer[] = [];
  request.on('data', (part: Buffer) => parts.push(part));
  request.on('end', () => answer(request, response, Buffer.concat(parts)));
});

function answer(request: IncomingMessage, response: ServerResponse, body: Buffer): void {
  response.setHeader('content-type', 'application/json');
  if (request.url !== '/emails/batch') {
    const known = request.method !== 'GET';
    response.statusCode = known ? 200 : 404;
    response.end(
      JSON.stringify(known ? template : { name: 'not_found', statusCode: 404, message: 'Not found' }),
    );
    return;
  }
  let count = 0;
  for (let at = body.indexOf(recipientMark); at !== -1; at = body.indexOf(recipientMark, at + 1)) count += 1;
  requests += 1;
  bytes += body.length;
  const key = request.headers['idempotency-key'];
  // As at Resend, a key that was seen before sends nothing again. The naive loop sends no key.
  if (typeof key !== 'string' || !keys.has(key)) recipients += count;
  if (typeof key === 'string') keys.add(key);
  const data = Array.from({ length: count }, (_, index) => ({ id: `${requests}-${index}` }));
  response.end(JSON.stringify({ data }));
}

server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () =>
  answerParent((message: 'url' | 'counts') => {
    if (message === 'url') return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const counts = { recipients, requests, bytes };
    [recipients, requests, bytes] = [0, 0, 0];
    keys.clear();
    return counts;
  }),
);
