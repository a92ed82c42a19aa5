/** An issue is up to 90 KB, so that all together stay beneath some ten megabytes. */
const atMost = 100;

/**
 * Keeps what was made from the archive until the archive changes, which is once a week; asking whether it has
 * costs less than making a page. A null (nothing there) and a failure are not kept; of too many the oldest goes.
 */
export function keptUntilChanged(
  readVersion: () => Promise<string>,
): <Made>(name: string, make: () => Promise<Made>) => Promise<Made> {
  let version = '';
  let kept = new Map<string, Promise<unknown>>();
  return async <Made>(name: string, make: () => Promise<Made>) => {
    const now = await readVersion();
    if (now !== version) {
      version = now;
      kept = new Map();
    }
    const before = kept.get(name);
    if (before !== undefined) return before as Promise<Made>;
    const making = make();
    const shelf = kept.set(name, making);
    const [oldest] = shelf.keys();
    if (shelf.size > atMost && oldest !== undefined) shelf.delete(oldest);
    const drop = () => shelf.delete(name);
    making.then((made) => made === null && drop(), drop);
    return making;
  };
}
