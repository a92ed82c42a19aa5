import { connect } from 'node:net';
import type { HostileRequest } from './requests.ts';

export interface RawAnswer {
  /** Null when the connection ended without an answer, as it may for an invalid request. */
  readonly status: number | null;
  readonly head: string;
  readonly body: string;
}

const timeoutMs = 10_000;

/** Sends a request as raw bytes, since no client library would, and reads until the server ends the connection. */
export function sendRaw(port: number, request: HostileRequest): Promise<RawAnswer> {
  const body = Buffer.from(request.body);
  const lines = [
    `${request.method} ${request.path} HTTP/1.1`,
    `host: 127.0.0.1:${port}`,
    'connection: close',
    ...request.headers.map(([name, value]) => `${name}: ${value}`),
    ...(body.length + request.extraLength > 0
      ? [`content-length: ${body.length + request.extraLength}`]
      : []),
  ];
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), body]));
      if (request.extraLength > 0) socket.end();
    });
    socket.setTimeout(timeoutMs, () => {
      socket.destroy();
      reject(
        new Error(
          `the connection did not end within ${timeoutMs} ms: ${JSON.stringify(request).slice(0, 500)}`,
        ),
      );
    });
    socket.on('data', (chunk) => chunks.push(chunk));
    // The server may reset the connection on a request that it will not read.
    socket.on('error', () => {});
    socket.on('close', () => resolve(parse(Buffer.concat(chunks).toString('utf8'))));
  });
}

function parse(answer: string): RawAnswer {
  const end = answer.indexOf('\r\n\r\n');
  const head = end < 0 ? answer : answer.slice(0, end);
  const status = /^HTTP\/1\.1 (\d{3})/.exec(head)?.[1];
  return { status: status === undefined ? null : Number(status), head, body: answer.slice(end + 4) };
}
