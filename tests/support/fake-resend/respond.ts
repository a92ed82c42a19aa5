import type { ServerResponse } from 'node:http';
import type { ApiAnswer } from './types.ts';

export function respond(response: ServerResponse, { status, json, headers }: ApiAnswer): void {
  const body = JSON.stringify(json);
  response.writeHead(status, {
    ...headers,
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
  });
  response.end(body);
}

export function respondText(
  response: ServerResponse,
  status: number,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { 'content-type': 'text/html', ...headers });
  response.end(body);
}

/** Sends the status, the headers and half of the body, then ends the connection. */
export function respondHalf(response: ServerResponse, { status, json, headers }: ApiAnswer): void {
  const body = Buffer.from(JSON.stringify(json));
  response.writeHead(status, {
    ...headers,
    'content-type': 'application/json',
    'content-length': body.length,
  });
  response.write(body.subarray(0, Math.floor(body.length / 2)), () => response.destroy());
}

/** Resets the connection (RST), as when the machine at the other end crashes. */
export function reset(response: ServerResponse): void {
  response.socket?.resetAndDestroy();
}
