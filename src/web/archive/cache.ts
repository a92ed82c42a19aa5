/** An issue is up to 90 KB, so all entries together stay below ten megabytes. */
const maxEntries = 100;

/**
 * Caches what is built from the archive until the archive changes, once a week: reading its version costs less
 * than building a page. A null (not found) and a failure are not cached; beyond `maxEntries` the oldest entry goes.
 */
export function archiveCache(
  readVersion: () => Promise<string>,
): <Value>(key: string, build: () => Promise<Value>) => Promise<Value> {
  let cachedVersion = '';
  let entries = new Map<string, Promise<unknown>>();
  return async <Value>(key: string, build: () => Promise<Value>) => {
    const version = await readVersion();
    if (version !== cachedVersion) {
      cachedVersion = version;
      entries = new Map();
    }
    const cached = entries.get(key);
    if (cached !== undefined) return cached as Promise<Value>;
    const building = build();
    const current = entries.set(key, building);
    const [oldest] = current.keys();
    if (current.size > maxEntries && oldest !== undefined) current.delete(oldest);
    const drop = () => current.delete(key);
    building.then((value) => value === null && drop(), drop);
    return building;
  };
}
