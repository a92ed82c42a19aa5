/**
 * Takes items one by one and does the work for many at once: what comes while a round is at work goes into the
 * next one, at most `atMost` items each. A single item never waits for others. Each caller is answered when the
 * round of its item is done, and fails when it fails.
 */
export function inRounds<T>(
  work: (items: readonly T[]) => Promise<void>,
  atMost: number,
): (item: T) => Promise<void> {
  const waiting: {
    readonly item: T;
    readonly done: () => void;
    readonly failed: (error: unknown) => void;
  }[] = [];
  let running = false;

  const run = async () => {
    running = true;
    while (waiting.length > 0) {
      const round = waiting.splice(0, atMost);
      try {
        await work(round.map(({ item }) => item));
        for (const { done } of round) done();
      } catch (error) {
        for (const { failed } of round) failed(error);
      }
    }
    running = false;
  };

  return (item) =>
    new Promise((done, failed) => {
      waiting.push({ item, done, failed });
      if (!running) void run();
    });
}
