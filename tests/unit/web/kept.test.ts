import { describe, expect, it } from 'vitest';
import { keptUntilChanged } from '../../../src/web/archive/kept.ts';

function shelf() {
  const state = { version: 'a', made: 0 };
  const kept = keptUntilChanged(async () => state.version);
  const make = async () => {
    state.made += 1;
    return `page ${state.made}`;
  };
  return { state, kept, make };
}

describe('what is made from the archive', () => {
  it('is made once, also for many who ask at once, until the archive changes', async () => {
    const { state, kept, make } = shelf();
    const answers = await Promise.all(Array.from({ length: 20 }, () => kept('list', make)));
    expect(new Set(answers)).toEqual(new Set(['page 1']));
    state.version = 'b';
    expect(await kept('list', make)).toBe('page 2');
    expect(await kept('list', make)).toBe('page 2');
  });

  it('is made anew after a failure, and when there was nothing', async () => {
    const { kept, make } = shelf();
    await expect(kept('x', () => Promise.reject(new Error('no database')))).rejects.toThrow('no database');
    expect(await kept<string | null>('x', async () => null)).toBeNull();
    expect(await kept('x', make)).toBe('page 1');
  });

  it('is forgotten where there is too much of it, the oldest first', async () => {
    const { state, kept, make } = shelf();
    for (let n = 0; n < 101; n += 1) await kept(String(n), make);
    expect(await kept('100', make)).toBe('page 101');
    expect(await kept('0', make)).toBe('page 102');
    expect(state.made).toBe(102);
  });
});
