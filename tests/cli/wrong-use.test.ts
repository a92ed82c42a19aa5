import { mkdir, open, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, type TestContext, vi } from 'vitest';
import { Cli, type CliOptions, type Finished } from '../support/cli.ts';
import { type TestDatabase, testDatabase } from '../support/database/test-database.ts';

const secret = 'ada@secret.example';

/** Files in the data folder, by name. */
const files: Readonly<Record<string, string | Buffer>> = {
  'empty.json': '',
  'cut-off.json': '{"comparisons": [',
  'one-fault.json': '{"comparisons": [{"slug": "a-vs-b"}]}',
  'junk.json': Buffer.from([0x1b, 0x5b, 0x33, 0x31, 0x6d, 0x00, 0xff, 0xfe]),
  'empty.csv': '',
  'no-email.csv': 'name,town\nAda,London\n',
  'no-header.csv': `${secret}\n`,
  'quotes.csv': `email,name\n${secret},"x "y" z"\n`,
  'latin-1.csv': Buffer.from(`email,name\n${secret},Ada\nx@y.dev,M\u00fcller\n`, 'latin1'),
  'utf-16.json': Buffer.from('\ufeff{"comparisons": []}', 'utf16le'),
  'utf-16.csv': Buffer.from('email\n', 'utf16le'),
  'left.csv': `email,UNSUB_TIME\n${secret},2025-01-02\n`,
  'open-quote.csv': `email,name\n"${secret},x\n`,
  file: '',
};

interface Wrong {
  readonly args: string;
  readonly code: 1 | 2 | 3;
  readonly says: RegExp;
  readonly env?: Readonly<Record<string, string>>;
  /** Lines on stderr; more than two only where an import lists faults. */
  readonly atMost?: number;
  /** Also run in a process of its own, as one of each kind is. */
  readonly alsoAsProcess?: true;
}

// `@` stands for the data folder, `:port` for a port where a server listens that never answers.
const calledWrongly: readonly Wrong[] = [
  {
    args: 'wekly',
    code: 2,
    says: /^Unknown command 'wekly' \(Did you mean weekly\?\)/,
    alsoAsProcess: true,
  },
  { args: 'status --jsn', code: 2, says: /Did you mean --json\?/ },
  {
    args: 'import',
    code: 2,
    says: /Missing required argument 'file'\.\nSee: npm run -s verdicts -- import --help/,
  },
  { args: 'compose --now 2026-02-30T09:00:00Z', code: 2, says: /Expected an ISO instant/ },
  { args: 'compose --week 2026-W60', code: 2, says: /Expected an ISO week that exists/ },
  { args: 'edit', code: 2, says: /Nothing to change/ },
  { args: 'weekly --week 2020-W10', code: 2, says: /2020-W10 has no issue and is neither.*--any-week/ },
  {
    args: 'compose --week 2020-W10 --json',
    code: 2,
    says: /2020-W10 has no issue and is neither.*--any-week/,
  },
  { args: 'issues show 2026-W60', code: 2, says: /Expected an ISO week that exists/ },
  { args: 'resolve 2026-W48 1 --as not-sent --reason x', code: 2, says: /'--by <name>' not specified/ },
  { args: 'render', code: 2, says: /'--out <dir>' not specified/ },
  { args: 'approve --override size', code: 2, says: /needs --by NAME and --reason TEXT/ },
  { args: 'subscribers import - --delimiter ab', code: 2, says: /Expected one character, such as ;/ },
  { args: 'subscribers import - --encoding klingon', code: 2, says: /Expected an encoding that is known/ },
  { args: 'subscribers import - --as readers', code: 2, says: /confirmed, unsubscribed, suppressed/ },
  { args: 'subscribers export --json', code: 2, says: /give --out FILE/ },
  {
    args: 'subscribers suppress nonsense',
    code: 2,
    says: /^The email address cannot be used \(not an address\)/,
  },
];

const start = { APP_SECRET: 'x'.repeat(32), PORT: '0', PREVIEW_PORT: '0' };

const wrongSettings: readonly Wrong[] = [
  {
    args: 'status',
    code: 2,
    env: { TIMEZONE: 'Mars/Olympus' },
    says: /TIMEZONE: expected an IANA time zone/,
    alsoAsProcess: true,
  },
  ...[
    'plan',
    'status',
    'weekly',
    'compose',
    'issues',
    'doctor',
    'demo',
    'start',
    'migrate',
    'subscribers show a@b.dev',
  ].map((args) => ({
    args,
    code: 2 as const,
    env: { SEND_SCHEDULE: 'H 9 * * 2' },
    says: /^The environment is wrong: SEND_SCHEDULE: expected/,
  })),
  ...['0 9 99 * 2', '61 9 * * 2', '0 9 31 2 *', '0 9 * * 2,4', '@weekly'].map((SEND_SCHEDULE) => ({
    ...{
      args: 'plan',
      code: 2 as const,
      env: { SEND_SCHEDULE },
      says: /^The environment is wrong: SEND_SCHEDULE: /,
    },
  })),
  { args: 'status', code: 2, env: { DATABASE_URL: 'http://x' }, says: /DATABASE_URL: expected postgres:/ },
  {
    args: 'status',
    code: 1,
    env: { DATA_DIR: '@/file' },
    says: /\/file cannot be written \(.*set DATA_DIR/,
  },
  {
    args: 'status',
    code: 2,
    env: { DATA_DIR: '@/two\nlines' },
    says: /^The environment is wrong: DATA_DIR: expected a path without line breaks/,
  },
  {
    args: 'status',
    code: 1,
    env: { DATABASE_URL: 'postgres://a:hush@127.0.0.1:1/b' },
    says: /nothing answers at its address\. Check DATABASE_URL/,
    alsoAsProcess: true,
  },
  {
    args: 'status',
    code: 1,
    env: { DATABASE_URL: 'postgres://a:hush@no-such-host.invalid/b' },
    says: /host name (does not exist|cannot be looked up)/,
  },
  {
    args: 'status',
    code: 1,
    env: { DATABASE_URL: 'postgres://a:hush@127.0.0.1:port/b' },
    says: /does not answer in time/,
  },
  {
    args: 'start',
    code: 1,
    env: { ...start, HOST: '192.0.2.1' },
    says: /^HOST 192\.0\.2\.1 is not an address of this machine; set it to 127\.0\.0\.1/,
  },
  {
    args: 'start',
    code: 1,
    env: { ...start, HOST: 'no-such-host.invalid' },
    says: /^HOST no-such-host\.invalid is a name that (does not exist|cannot be looked up)/,
  },
];

const failed: readonly Wrong[] = [
  { args: 'status --week 2020-W10', code: 1, says: /no issue for 2020-W10.*npm run -s verdicts -- compose/ },
  { args: 'import @/none.json', code: 1, says: /no such file or folder: .*none\.json/ },
  { args: 'import @', code: 1, says: /That is a folder, not a file: \// },
  {
    args: 'import @/cut-off.json',
    code: 1,
    says: /cut-off\.json: Nothing was imported; the file is not JSON/,
  },
  { args: 'import @/junk.json', code: 1, says: /junk\.json: line 1 is not UTF-8 text/ },
  { args: 'import @/utf-16.json', code: 1, says: /utf-16\.json: line 1 is not UTF-8 text/ },
  { args: 'import /dev/zero', code: 1, says: /\/dev\/zero: line 1 is not UTF-8 text/ },
  {
    args: 'subscribers import /dev/zero',
    code: 1,
    says: /\/dev\/zero: line 1 is not UTF-8 text/,
  },
  {
    args: 'subscribers import @/latin-1.csv',
    code: 1,
    says: /latin-1\.csv: line 3 is not UTF-8 text, so nothing was imported/,
  },
  { args: 'subscribers export --out /proc/x/y.csv', code: 1, says: /no such file or folder: \/proc\/x/ },
  { args: 'import @/one-fault.json', code: 1, says: /comparisons\[0\]\.tools: missing/, atMost: 5 },
  { args: 'subscribers import @/none.csv', code: 1, says: /no such file or folder: .*none\.csv/ },
  { args: 'subscribers import @/empty.csv', code: 1, says: /it is empty/ },
  { args: 'subscribers import @/no-email.csv', code: 1, says: /one column "email"; it has name, town/ },
  {
    args: 'subscribers import @/no-header.csv',
    code: 1,
    says: /it has addresses, not names/,
    alsoAsProcess: true,
  },
  { args: 'subscribers import @/utf-16.csv', code: 1, says: /line 1 is not UTF-8 text.*--encoding utf-16le/ },
  { args: 'subscribers import @/left.csv', code: 1, says: /"UNSUB_TIME" says that.*--as unsubscribed/ },
  { args: 'subscribers import @/quotes.csv', code: 1, says: /line 2: there is a quote inside a field/ },
  { args: 'subscribers import @/open-quote.csv', code: 1, says: /a quote that opens there is never closed/ },
  { args: 'subscribers show nobody@nowhere.example', code: 1, says: /No subscriber has that address/ },
];

describe('a command that fails', () => {
  let cli: Cli;
  let database: TestDatabase;
  let silent: Server;
  let port: number;

  beforeAll(async () => {
    [cli, database] = await Promise.all([Cli.open(), testDatabase()]);
    await mkdir(cli.dataDir, { recursive: true });
    for (const [name, content] of Object.entries(files)) await writeFile(join(cli.dataDir, name), content);
    silent = createServer(() => {}).listen(0, '127.0.0.1');
    await new Promise((resolve) => silent.once('listening', resolve));
    const address = silent.address();
    port = typeof address === 'object' && address !== null ? address.port : 0;
  });

  afterAll(async () => {
    silent.close();
    await Promise.all([cli.remove(), database.close()]);
  });

  const filled = (text: string) =>
    text.replace('@/', `${cli.dataDir}/`).replace(/^@$/, cli.dataDir).replace(':port', `:${port}`);

  const options = ({ env = {} }: Wrong): CliOptions => ({
    env: {
      DATABASE_URL: env.DATA_DIR === undefined ? database.url : '',
      APP_SECRET: 'a secret of this test, long enough',
      ...Object.fromEntries(Object.entries(env).map(([name, value]) => [name, filled(value)])),
    },
  });

  const expectPlain = (
    { args, code, says, atMost = 2 }: Wrong,
    result: Finished,
    { expect }: TestContext,
  ) => {
    expect(result.stderr).toMatch(says);
    expect(result.code).toBe(code);
    expect(result.stderr).not.toMatch(/^ {4}at |hush|secret|Unexpected failure/m);
    expect(result.stderr).not.toContain('\u001b');
    expect(result.stderr.trimEnd().split('\n').length).toBeLessThanOrEqual(atMost);
    if (args.includes('--json')) expect(JSON.parse(result.stdout)).toHaveProperty('error');
    else expect(result.stdout).toBe('');
  };

  const all = [...calledWrongly, ...wrongSettings, ...failed];

  it.concurrent.for(all)('ends with $code and a plain sentence: $args $env', async (wrong, context) => {
    expectPlain(wrong, await cli.run(wrong.args.split(' ').map(filled), options(wrong)), context);
  });

  it('leaves no connection to the database', async () => {
    const connections = `select query from pg_stat_activity
      where datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid()`;
    const left = async () => (await database.pool.query(connections)).rows;
    await vi.waitFor(async () => expect(await left()).toEqual([]), { timeout: 20_000 });
  });

  it.concurrent.for(all.filter(({ alsoAsProcess }) => alsoAsProcess))(
    'ends its process with $code: $args $env',
    async (wrong, context) => {
      expectPlain(wrong, await cli.runProcess(wrong.args.split(' ').map(filled), options(wrong)), context);
    },
  );

  it('ends at once when the database asks for a password that DATABASE_URL lacks', async () => {
    const url = new URL(database.url);
    url.password = '';
    const from = performance.now();
    const result = await cli.runProcess(['status'], { env: { DATABASE_URL: url.href } });
    expect(result).toMatchObject({ code: 1, stdout: '' });
    expect(result.stderr).toMatch(/asks for a password and DATABASE_URL has none\. Write it as postgres:/);
    // The server closes a connection that is not logged in after a minute.
    expect(performance.now() - from).toBeLessThan(30_000);
  });

  it('prints its error as one JSON document on stdout with --json', async () => {
    const env = { DATABASE_URL: database.url };
    const results = [
      await cli.runProcess(['wekly', '--json'], { env }),
      await cli.run(['status', '--week', '2020-W10', '--json'], { env }),
      await cli.run(['import', join(cli.dataDir, 'cut-off.json'), '--json'], { env }),
    ];
    for (const { stdout } of results)
      expect(JSON.parse(stdout)).toEqual({ error: expect.stringMatching(/\w/) });
  });

  it('ends with 1 and says so when its stdout cannot be written', async () => {
    const full = await open('/dev/full', 'w');
    for (const args of [['subscribers', 'export'], ['issues']]) {
      const result = await cli.runProcess(args, { env: { DATABASE_URL: database.url }, stdout: full.fd });
      expect(result).toEqual({
        ...{ code: 1, stdout: '' },
        stderr:
          'Standard output cannot be written (its disk is full): some of it is lost. The command itself went on.\n',
      });
    }
    await full.close();
  });

  it('refuses a schema that a newer release made', async () => {
    const newer = await testDatabase();
    await newer.pool.query('insert into drizzle.__drizzle_migrations (hash, created_at) values ($1, $2)', [
      'x',
      4e12,
    ]);
    const result = await cli.run(['status'], { env: { DATABASE_URL: newer.url } });
    await newer.close();
    expect(result.code).toBe(1);
    expect(result.stderr).toMatch(
      /^The database is on the schema of a newer release \(1 migration.*Start the newer release/,
    );
  });

  it('does not fail when its stdout is closed', async () => {
    const { child, finished } = cli.start(['subscribers', 'export'], { env: { DATABASE_URL: database.url } });
    child.stdout?.destroy();
    expect(await finished).toEqual({ code: 0, stdout: '', stderr: '' });
  });
});
