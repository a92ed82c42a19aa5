import { startProvider } from '../../tests/chaos/provider.ts';
import { startChild } from '../child.ts';
import { benchDatabase } from '../database.ts';
import { benchContext } from '../send/context.ts';
import { fillDatabase, newIssue, timedFreeze } from '../send/prepare.ts';

export interface LimiterOptions {
  /** Requests a second that the provider allows, and enforces. */
  readonly limit: number;
  readonly workers: number;
  /** About how long the work lasts. */
  readonly seconds: number;
}

export interface LimiterFigures {
  readonly requests: number;
  /** While work lasted. */
  readonly requestsPerSecond: number;
  readonly shareOfLimit: number;
  readonly tooMany: number;
  readonly shareTooMany: number;
}

/** Worker processes share the pace of a provider that enforces its limit and answers 429 beyond it. */
export async function benchLimiter({ limit, workers, seconds }: LimiterOptions): Promise<LimiterFigures> {
  const database = await benchDatabase();
  const provider = await startProvider({ keep: 'brief', rateLimit: { limit, windowMs: 1_000 } });
  const bench = {
    databaseUrl: database.url,
    receiverUrl: provider.url,
    apiKey: provider.apiKey,
    mode: 'template' as const,
    perSecond: limit,
  };
  const ctx = benchContext(bench);
  try {
    await fillDatabase(ctx, limit * seconds * 100);
    await newIssue(ctx);
    await timedFreeze(ctx);
    const children = await Promise.all(
      Array.from({ length: workers }, () => startChild('send/worker.ts', bench)),
    );
    await Promise.all(children.map((child) => child.ask('go')));
    for (const child of children) child.end();

    const times = new Map<string, number>();
    for await (const { key, at } of provider.accepted()) if (key !== null) times.set(key, at);
    const at = [...times.values()].toSorted((a, b) => a - b);
    const lasted = ((at.at(-1) ?? 0) - (at[0] ?? 0)) / 1_000;
    const { requests, tooMany } = await provider.counts();
    const requestsPerSecond = (at.length - 1) / lasted;
    return {
      requests,
      requestsPerSecond,
      shareOfLimit: requestsPerSecond / limit,
      tooMany,
      shareTooMany: tooMany / requests,
    };
  } finally {
    await ctx.close();
    await provider.close();
    await database.close();
  }
}
