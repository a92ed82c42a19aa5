import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Account } from './account.ts';
import { answerOf } from './api.ts';
import { control } from './control.ts';
import type { FakeResend, SeenRequest } from './fake-resend.ts';
import { type Fault, Faults } from './faults.ts';
import { type FakeResendOptions, settingsOf, testKey } from './options.ts';
import { readRequest } from './request.ts';
import { reset, respond, respondHalf, respondText } from './respond.ts';
import type { ApiAnswer } from './types.ts';

/** Serves Resend's documented API on a free local port, with faults on demand. */
export async function startFakeResend(options: FakeResendOptions = {}): Promise<FakeResend> {
  let offsetMs = 0;
  const now = options.now ?? Date.now;
  const account = new Account(settingsOf({ ...options, now: () => now() + offsetMs }));
  const faults = new Faults();
  const requests: SeenRequest[] = [];
  const closing = new AbortController();

  const handle = async (message: IncomingMessage, response: ServerResponse) => {
    response.on('error', () => {});
    response.setHeader('date', new Date(account.settings.now()).toUTCString());
    const request = await readRequest(message, account.settings.maxBodyBytes);
    if (request === null) return;
    if (request === 'too large')
      return respondText(response, 413, '<html>413 Request Entity Too Large</html>');
    if (request.path.startsWith('/_control/')) return control(fake, request, response);
    const fault = faults.next(request);
    const { body: _body, query: _query, ...rest } = request;
    const seen: SeenRequest = { ...rest, at: account.settings.now(), fault, answered: null };
    requests.push(seen);
    response.on('finish', () => {
      seen.answered = response.statusCode;
    });
    const answerAfter = (workMs: number) =>
      answerOf(account, request, async () => {
        const ms = workMs + account.settings.latencyMs;
        if (ms > 0) await sleep(ms, undefined, { signal: closing.signal }).catch(() => {});
      });
    if (fault === null) return respond(response, await answerAfter(0));
    await fail(fault, response, answerAfter);
  };

  const server = createServer((message, response) => {
    handle(message, response).catch((error: unknown) => {
      if (!response.headersSent) respondText(response, 500, `the fake server failed: ${String(error)}`);
    });
  });
  server.on('clientError', (_error, socket) => socket.destroy());
  // Longer than any client leaves a connection idle, so that only faults reset one.
  server.keepAliveTimeout = 120_000;
  server.requestTimeout = 0;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  const fake: FakeResend = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    apiKey: testKey,
    faults,
    accepted: account.sent.emails,
    requests,
    account,
    advance(ms) {
      offsetMs += ms;
    },
    async close() {
      closing.abort();
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
  return fake;
}

async function fail(
  fault: Fault,
  response: ServerResponse,
  answerAfter: (workMs: number) => Promise<ApiAnswer>,
): Promise<void> {
  if (typeof fault === 'object') {
    if ('slowMs' in fault) return respond(response, await answerAfter(fault.slowMs));
    if (fault.accepted === true) await answerAfter(0);
    const {
      status,
      name = 'application_error',
      message = 'Something went wrong.',
      headers = {},
      body,
    } = fault;
    if (body !== undefined) return respondText(response, status, body, headers);
    return respond(response, { status, json: { statusCode: status, name, message }, headers });
  }
  if (fault === 'hang') return;
  if (fault === 'reset-before') return reset(response);
  const answer = await answerAfter(0);
  if (fault === 'truncated') return respondHalf(response, answer);
  if (fault === 'reset-after') reset(response);
}
