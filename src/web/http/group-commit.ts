/**
 * Group commit: takes items one at a time and commits them together. Items that arrive during a commit go into the
 * next one, at most `maxItems` each; a single item never waits for others. The returned promise settles with the
 * commit of its item, to the result of the whole commit, and rejects if that commit fails.
 */
export function groupCommit<T, Result>(
  commit: (items: readonly T[]) => Promise<Result>,
  maxItems: number,
): (item: T) => Promise<Result> {
  const waiting: {
    readonly item: T;
    readonly resolve: (result: Result) => void;
    readonly reject: (error: unknown) => void;
  }[] = [];
  let running = false;

  const run = async () => {
    running = true;
    while (waiting.length > 0) {
      const group = waiting.splice(0, maxItems);
      try {
        const result = await commit(group.map(({ item }) => item));
        for (const { resolve } of group) resolve(result);
      } catch (error) {
        for (const { reject } of group) reject(error);
      }
    }
    running = false;
  };

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (!running) void run();
    });
}
