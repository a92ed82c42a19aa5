import { describe, expect, it } from 'vitest';
import { groupCommit } from '../../../../src/web/http/group-commit.ts';

/** Commits that end when the test says so. */
function heldCommits() {
  const commits: { readonly items: readonly number[]; readonly end: (error?: Error) => void }[] = [];
  const commit = (items: readonly number[]) =>
    new Promise<void>((done, failed) => {
      commits.push({ items, end: (error) => (error === undefined ? done() : failed(error)) });
    });
  return { commits, commit };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('group commit', () => {
  it('commits the first item at once, and together those that arrive meanwhile', async () => {
    const { commits, commit } = heldCommits();
    const add = groupCommit(commit, 3);
    const added = [1, 2, 3, 4, 5].map(add);
    expect(commits.map(({ items }) => items)).toEqual([[1]]);
    commits[0]?.end();
    await added[0];
    expect(commits[1]?.items).toEqual([2, 3, 4]);
    commits[1]?.end();
    await Promise.all(added.slice(1, 4));
    expect(commits[2]?.items).toEqual([5]);
    commits[2]?.end();
    await added[4];
    expect(commits).toHaveLength(3);
  });

  it('answers nobody before their commit is done, and fails only the items of a commit that fails', async () => {
    const { commits, commit } = heldCommits();
    const add = groupCommit(commit, 10);
    const answers: string[] = [];
    const first = add(1).then(() => answers.push('first'));
    const second = add(2).catch((error: Error) => answers.push(`second: ${error.message}`));
    await turn();
    expect(answers).toEqual([]);
    commits[0]?.end();
    await first;
    commits[1]?.end(new Error('no database'));
    await second;
    expect(answers).toEqual(['first', 'second: no database']);
    const third = add(3);
    commits[2]?.end();
    await third;
  });
});
