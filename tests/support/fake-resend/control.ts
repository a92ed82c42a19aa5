import type { ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { FakeResend } from './fake-resend.ts';
import type { Fault, RandomFaults } from './faults.ts';
import { parseJson } from './request.ts';
import { respond } from './respond.ts';
import type { Accepted, ApiRequest } from './types.ts';

/**
 * Controls a server that runs in a process of its own (process.ts):
 * GET  /_control/counts    `Counts`
 * GET  /_control/accepted  one line of JSON for each email: { id, to, key, sha256, at }
 * POST /_control/faults    { script?: (Fault | null)[], random?: RandomFaults, path? }; {} clears all
 */
export async function control(
  fake: FakeResend,
  request: ApiRequest,
  response: ServerResponse,
): Promise<void> {
  const { account } = fake;
  switch (`${request.method} ${request.path.slice('/_control/'.length)}`) {
    case 'GET counts':
      return ok(response, {
        requests: fake.requests.length,
        faults: fake.requests.filter((seen) => seen.fault !== null).length,
        concurrent: fake.requests.filter((seen) => seen.answered === 409).length,
        tooMany: fake.requests.filter((seen) => seen.answered === 429).length,
        ...account.sent.totals(),
      });
    case 'GET accepted':
      response.writeHead(200, { 'content-type': 'application/x-ndjson' });
      return pipeline(lines(fake.accepted), response);
    case 'POST faults': {
      const { script, random, path } = parseJson(request) as {
        script?: (Fault | null)[];
        random?: RandomFaults;
        path?: string;
      };
      fake.faults.clear();
      if (random !== undefined) fake.faults.random(random, path);
      if (script !== undefined) fake.faults.script(script, path);
      return ok(response, {});
    }
    default:
      return respond(response, { status: 404, json: { message: 'no such control' } });
  }
}

/** In chunks of a thousand, so that neither side holds all 300,000 lines in memory. */
function* lines(accepted: readonly Accepted[]): Generator<string> {
  for (let from = 0; from < accepted.length; from += 1_000) {
    const chunk = accepted
      .slice(from, from + 1_000)
      .map(({ email: _email, ...brief }) => JSON.stringify(brief));
    yield `${chunk.join('\n')}\n`;
  }
}

const ok = (response: ServerResponse, json: object) => respond(response, { status: 200, json });
