import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { issueStatuses } from '../../../../src/domain/issue/issue.ts';
import { type Move, moves } from '../../../../src/domain/issue/moves.ts';

const table = Object.entries<Move>(moves);
const targets = (move: Move) => [move.to].flat();
const statusOf = (state: string) => state.split(': ')[0] ?? state;
const leaving = (state: string) =>
  table.filter(([, { from }]) => (from as readonly string[]).includes(state));

describe('the table of moves', () => {
  it('reaches every status but the one an issue begins with', () => {
    const reached = new Set(table.flatMap(([, move]) => targets(move).map(statusOf)));
    expect(new Set([...reached, 'draft'])).toEqual(new Set(issueStatuses));
  });

  it('reaches every kind of hold and pause by a move of its own', () => {
    const reached = table.filter(([name]) => name !== 'undo miss').flatMap(([, move]) => targets(move));
    expect(reached).toEqual(
      expect.arrayContaining([
        'held: editor',
        'held: provider',
        'held: outcomes',
        'paused: editor',
        'paused: quota',
      ]),
    );
  });

  it('leaves every state but sent and cancelled by a move to the end or onwards', () => {
    for (const status of issueStatuses) {
      const left = table.filter(([, { from }]) => from.some((state) => statusOf(state) === status));
      if (status === 'sent') expect(left.map(([name]) => name)).toEqual(['send to missing']);
      else if (status === 'cancelled') expect(left.map(([name]) => name)).toEqual(['reopen']);
      else expect(left.map(([name]) => name)).toContain(status === 'sending' ? 'finish' : 'cancel');
    }
  });

  it('lets only a person cancel, hold, pause or resume for an editor', () => {
    const byPerson = ['cancel', 'hold', 'pause', 'resume draft', 'resume sending'] as const;
    for (const name of byPerson) expect(moves[name].who).toEqual(['person']);
  });

  it('lets only a person end an editor’s hold, unless the draft is missed', () => {
    const others = leaving('held: editor').filter(([, { who }]) => who.some((mover) => mover !== 'person'));
    expect(others.map(([name]) => name)).toEqual(['miss']);
    expect(moves.miss.when).toBe('unfrozen');
  });

  it('lets the pipeline only stop an issue that an editor paused, never set it going', () => {
    const others = leaving('paused: editor').filter(([, { who }]) => who.some((mover) => mover !== 'person'));
    expect(others.map(([name, move]) => [name, move.to])).toEqual([['hold sending', 'held: provider']]);
    for (const [name, { who }] of leaving('held: provider')) {
      if (name !== 'miss') expect(who).toEqual(['person']);
    }
  });

  it('ends by itself only a hold for outcomes and a pause for a quota', () => {
    const byItself = table.filter(
      ([, { from, to, who }]) =>
        to === 'sending' &&
        who.includes('pipeline') &&
        from.every((state) => ['held', 'paused'].includes(statusOf(state))),
    );
    expect(byItself.map(([, { from }]) => from)).toEqual([['held: outcomes'], ['paused: quota']]);
  });

  it('sends only what was approved', () => {
    const toSending = table.filter(([, move]) => targets(move).includes('sending'));
    const beforeFreeze = toSending.filter(([, { when }]) => when === 'unfrozen');
    expect(beforeFreeze.map(([name, { from }]) => [name, from])).toEqual([['freeze', ['approved']]]);
  });
});

describe('the source', () => {
  it('sets the status of an issue in moveIssue, inserts drafts in saveIssue, and nowhere else', () => {
    const writers = globSync('{src,jobs}/**/*.{ts,tsx}').flatMap((path) => {
      const text = readFileSync(path, 'utf8');
      const inSql =
        text.match(/insert into issues\b|update issues set(?:(?!\bwhere\b)[^`])*?\bstatus\s*=/gi) ?? [];
      const inCode = text.match(/\.(insert|update)\(issues\)\s*\.(set|values)\(.*?\)\n/gs) ?? [];
      return [...inSql, ...inCode.filter((write) => write.includes('status'))].map(() => path);
    });
    expect(writers).toEqual(['src/db/queries/issue/issues.ts', 'src/db/queries/issue/move-issue.ts']);
    const [draft = ''] = readFileSync('src/db/queries/issue/issues.ts', 'utf8').match(/status: '.*?'/) ?? [];
    expect(draft).toBe("status: 'draft'");
  });
});

describe('docs/delivery.md', () => {
  const page = readFileSync('docs/delivery.md', 'utf8');
  const rows = page
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  const start = rows.findIndex(([first]) => first === 'move');

  it('prints the table of moves', () => {
    expect(rows.slice(start + 2, start + 2 + table.length)).toEqual(table.map(rowOf));
    expect(rows[start + 2 + table.length]?.length).not.toBe(5);
  });

  it('draws the moves between statuses, all but those to and from missed and cancelled', () => {
    const [diagram = ''] = page.split('stateDiagram-v2')[1]?.split('```') ?? [];
    const arrows = [...diagram.matchAll(/(\w+) --> (\w+)/g)].map(([, from, to]) => `${from} ${to}`);
    const drawn = table.flatMap(([, move]) =>
      move.from.flatMap((from) => targets(move).map((to) => [statusOf(from), statusOf(to)])),
    );
    const expected = drawn
      .filter(([from, to]) => from !== to && ![from, to].some((s) => s === 'missed' || s === 'cancelled'))
      .map((pair) => pair.join(' '));
    expect(new Set(arrows)).toEqual(new Set(expected));
  });
});

/** A row as the page prints it: states by comma, with "frozen" where the freeze decides. */
function rowOf([name, { from, to, who, when, effect }]: [string, Move]): string[] {
  const condition = when === undefined ? '' : ` (${when === 'frozen' ? 'frozen' : 'not frozen'})`;
  return [name, `${from.join(', ')}${condition}`, [to].flat().join(', '), who.join(', '), effect];
}
