import { expect, it } from 'vitest';
import { Gathered } from '../../../../src/pipeline/send/gathered.ts';

/** Calls that a test ends. */
function recordedCalls() {
  const calls: { items: readonly number[]; end: PromiseWithResolvers<void> }[] = [];
  const gathered = new Gathered<number>((items) => {
    const end = Promise.withResolvers<void>();
    calls.push({ items, end });
    return end.promise;
  });
  return { gathered, calls };
}

it('passes on together what comes while a call is under way, one call at a time', async () => {
  const { gathered, calls } = recordedCalls();
  const first = gathered.add(1);
  await expect.poll(() => calls.length).toBe(1);
  const [second, third] = [gathered.add(2), gathered.add(3)];
  calls[0]?.end.resolve();
  await first;
  await expect.poll(() => calls.length).toBe(2);
  expect(calls.map(({ items }) => items)).toEqual([[1], [2, 3]]);
  calls[1]?.end.resolve();
  await Promise.all([second, third]);
});

it('tells each caller how its own call went, and goes on after one that failed', async () => {
  const { gathered, calls } = recordedCalls();
  const first = gathered.add(1);
  await expect.poll(() => calls.length).toBe(1);
  const second = gathered.add(2);
  calls[0]?.end.reject(new Error('no database'));
  await expect(first).rejects.toThrow('no database');
  await expect.poll(() => calls.length).toBe(2);
  calls[1]?.end.resolve();
  expect(await second).toBeUndefined();
});
