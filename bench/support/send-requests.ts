import { Agent, type RequestOptions, request } from 'node:http';

export interface BenchRequest {
  readonly url: string;
  readonly options?: RequestOptions;
  readonly body?: string | Buffer;
}

export interface Answered {
  readonly seconds: number;
  readonly requests: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Requests by status. */
  readonly statuses: Readonly<Record<string, number>>;
}

/** Sends every request, over this many connections at once. */
export async function sendRequests(requests: Iterable<BenchRequest>, connections: number): Promise<Answered> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const latencies: number[] = [];
  const statuses: Record<string, number> = {};
  const left = requests[Symbol.iterator]();
  const sendOnOneConnection = async () => {
    for (let next = left.next(); !next.done; next = left.next()) {
      const from = performance.now();
      const status = await sendOne(next.value, agent);
      latencies.push(performance.now() - from);
      statuses[status] = (statuses[status] ?? 0) + 1;
    }
  };
  const from = performance.now();
  await Promise.all(Array.from({ length: connections }, sendOnOneConnection));
  const seconds = (performance.now() - from) / 1_000;
  agent.destroy();
  latencies.sort((a, b) => a - b);
  const at = (share: number) => latencies[Math.floor(latencies.length * share)] ?? Number.NaN;
  return { seconds, requests: latencies.length, p50Ms: at(0.5), p99Ms: at(0.99), statuses };
}

export function expectStatus({ requests, statuses }: Answered, status: number): void {
  if (statuses[status] !== requests)
    throw new Error(`expected ${status} for every request, got ${JSON.stringify(statuses)}`);
}

function sendOne(toSend: BenchRequest, agent: Agent): Promise<number> {
  const { url, options = {}, body } = toSend;
  return new Promise((resolve, reject) => {
    const sent = request(url, { ...options, agent }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode ?? 0));
    });
    sent.on('error', (error: NodeJS.ErrnoException) => {
      // The server closed the idle connection just as we reused it. Every client has to send such a request again.
      if (sent.reusedSocket && error.code === 'ECONNRESET') sendOne(toSend, agent).then(resolve, reject);
      else reject(error);
    });
    sent.end(body);
  });
}
