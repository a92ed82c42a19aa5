import { startFakeResendProcess } from '../tests/support/fake-resend/process.ts';
import { type Benchmark, count } from './support/benchmark.ts';
import { startChildren } from './support/child.ts';
import { openBench } from './support/context.ts';
import { prepareIssue } from './support/prepare-issue.ts';

interface LimiterOptions {
  /** Requests a second that the provider allows; it answers 429 beyond. */
  readonly limit: number;
  readonly workers: number;
  /** About how long the run takes. */
  readonly seconds: number;
}

export const limiter: Benchmark<LimiterOptions> = {
  name: 'limiter',
  description: 'runs worker processes against a provider that enforces its rate limit',
  options: [
    count('limit', 'requests a second that the provider allows', 10),
    count('workers', 'worker processes', 4),
    count('seconds', 'about how long the run takes', 60),
  ],
  run: benchLimiter,
};

interface LimiterFigures {
  readonly requests: number;
  /** From the first request to the last. */
  readonly requestsPerSecond: number;
  readonly shareOfLimit: number;
  readonly tooMany: number;
  readonly shareTooMany: number;
}

/** Worker processes share the rate limit of a provider that enforces it. */
async function benchLimiter({ limit, workers, seconds }: LimiterOptions): Promise<LimiterFigures> {
  const provider = await startFakeResendProcess({ keep: 'brief', rateLimit: { limit, windowMs: 1_000 } });
  const bench = await openBench({
    receiverUrl: provider.url,
    apiKey: provider.apiKey,
    perSecond: limit,
  });
  try {
    await prepareIssue(bench.ctx, { subscribers: limit * seconds * 100 });
    const children = await startChildren(workers, 'send/worker.ts', bench.settings);
    await Promise.all(children.map((child) => child.ask('go')));
    for (const child of children) child.end();

    const times = new Map<string, number>();
    for await (const { key, at } of provider.accepted()) if (key !== null) times.set(key, at);
    const at = [...times.values()].toSorted((a, b) => a - b);
    const duration = ((at.at(-1) ?? 0) - (at[0] ?? 0)) / 1_000;
    const { requests, tooMany } = await provider.counts();
    const requestsPerSecond = (at.length - 1) / duration;
    return {
      requests,
      requestsPerSecond,
      shareOfLimit: requestsPerSecond / limit,
      tooMany,
      shareTooMany: tooMany / requests,
    };
  } finally {
    await bench.close();
    await provider.close();
  }
}
