import { Agent, type RequestOptions, request } from 'node:http';

export interface Asked {
  readonly url: string;
  readonly options: RequestOptions;
  readonly body?: string;
}

export interface Driven {
  readonly seconds: number;
  readonly requests: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  readonly statuses: Readonly<Record<string, number>>;
}

/** Asks over so many connections, each for the next thing once it is answered, until there is none. */
export async function drive(next: () => Asked | null, connections: number): Promise<Driven> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const latencies: number[] = [];
  const statuses: Record<string, number> = {};
  const line = async () => {
    for (let asked = next(); asked !== null; asked = next()) {
      const from = performance.now();
      const status = await answerTo(asked, agent);
      latencies.push(performance.now() - from);
      statuses[status] = (statuses[status] ?? 0) + 1;
    }
  };
  const from = performance.now();
  await Promise.all(Array.from({ length: connections }, line));
  const seconds = (performance.now() - from) / 1_000;
  agent.destroy();
  latencies.sort((a, b) => a - b);
  const at = (share: number) => latencies[Math.floor(latencies.length * share)] ?? Number.NaN;
  return { seconds, requests: latencies.length, p50: at(0.5), p99: at(0.99), statuses };
}

function answerTo(asked: Asked, agent: Agent): Promise<number> {
  const { url, options, body } = asked;
  return new Promise((resolve, reject) => {
    const sent = request(url, { ...options, agent }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode ?? 0));
    });
    sent.on('error', (error: NodeJS.ErrnoException) => {
      // The server closed an idle connection while we took it up again: ask anew, as every client has to.
      if (sent.reusedSocket && error.code === 'ECONNRESET') answerTo(asked, agent).then(resolve, reject);
      else reject(error);
    });
    sent.end(body);
  });
}
