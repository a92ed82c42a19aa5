import { done, type Result, refuse, waitForPerson } from '../../domain/refusal.ts';
import type { Lookup } from '../../domain/sending/sent-log.ts';
import type { PipelineContext } from '../context.ts';
import { sleep } from '../sleep.ts';

const maxTries = 6;

/** Asks the provider at the shared pace, and again while it says so, up to six times; a no waits for a person. */
export async function askPatiently<T>(
  ctx: Pick<PipelineContext, 'pace'>,
  question: () => Promise<Lookup<T>>,
  signal?: AbortSignal,
): Promise<Result<{ readonly value: T }>> {
  for (let tries = 1; ; tries += 1) {
    await ctx.pace.turn(signal);
    if (signal?.aborted) return refuse('Stopped. Nothing is half-booked: run it again.');
    const asked = await question();
    if (asked.kind === 'answer') return done({ value: asked.value });
    if (asked.kind === 'refused') return waitForPerson(asked.reason);
    if (tries === maxTries) return refuse(`${asked.reason} Run it again later.`);
    await sleep(asked.afterMs ?? 250 * 2 ** tries, signal);
  }
}
