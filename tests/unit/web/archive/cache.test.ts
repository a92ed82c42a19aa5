import { describe, expect, it } from 'vitest';
import { archiveCache } from '../../../../src/web/archive/cache.ts';

function testCache() {
  const state = { version: 'a', built: 0 };
  const cached = archiveCache(async () => state.version);
  const build = async () => {
    state.built += 1;
    return `page ${state.built}`;
  };
  return { state, cached, build };
}

describe('the archive cache', () => {
  it('builds a page once, even for many requests at once, until the archive changes', async () => {
    const { state, cached, build } = testCache();
    const answers = await Promise.all(Array.from({ length: 20 }, () => cached('list', build)));
    expect(new Set(answers)).toEqual(new Set(['page 1']));
    state.version = 'b';
    expect(await cached('list', build)).toBe('page 2');
    expect(await cached('list', build)).toBe('page 2');
  });

  it('caches neither a failure nor a null', async () => {
    const { cached, build } = testCache();
    await expect(cached('x', () => Promise.reject(new Error('no database')))).rejects.toThrow('no database');
    expect(await cached<string | null>('x', async () => null)).toBeNull();
    expect(await cached('x', build)).toBe('page 1');
  });

  it('drops the oldest entry when there are too many', async () => {
    const { state, cached, build } = testCache();
    for (let n = 0; n < 101; n += 1) await cached(String(n), build);
    expect(await cached('100', build)).toBe('page 101');
    expect(await cached('0', build)).toBe('page 102');
    expect(state.built).toBe(102);
  });
});
