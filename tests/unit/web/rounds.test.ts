import { describe, expect, it } from 'vitest';
import { inRounds } from '../../../src/web/rounds.ts';

/** Work that ends when the test says so. */
function heldWork() {
  const rounds: { readonly items: readonly number[]; readonly end: (error?: Error) => void }[] = [];
  const work = (items: readonly number[]) =>
    new Promise<void>((done, failed) => {
      rounds.push({ items, end: (error) => (error === undefined ? done() : failed(error)) });
    });
  return { rounds, work };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('work in rounds', () => {
  it('begins with the first item at once, and does together what came meanwhile', async () => {
    const { rounds, work } = heldWork();
    const give = inRounds(work, 3);
    const given = [1, 2, 3, 4, 5].map(give);
    expect(rounds.map(({ items }) => items)).toEqual([[1]]);
    rounds[0]?.end();
    await given[0];
    expect(rounds[1]?.items).toEqual([2, 3, 4]);
    rounds[1]?.end();
    await Promise.all(given.slice(1, 4));
    expect(rounds[2]?.items).toEqual([5]);
    rounds[2]?.end();
    await given[4];
    expect(rounds).toHaveLength(3);
  });

  it('answers nobody before their round is done, and fails only those of a round that fails', async () => {
    const { rounds, work } = heldWork();
    const give = inRounds(work, 10);
    const answers: string[] = [];
    const first = give(1).then(() => answers.push('first'));
    const second = give(2).catch((error: Error) => answers.push(`second: ${error.message}`));
    await turn();
    expect(answers).toEqual([]);
    rounds[0]?.end();
    await first;
    rounds[1]?.end(new Error('no database'));
    await second;
    expect(answers).toEqual(['first', 'second: no database']);
    const third = give(3);
    rounds[2]?.end();
    await third;
  });
});
