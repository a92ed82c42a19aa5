import { readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Cli, type Finished } from '../support/cli.ts';
import { postmasterPid } from '../support/database/embedded-processes.ts';
import { readOutbox } from '../support/mail/read-outbox.ts';

const reader = 'amara.okafor@lagoon.example';

describe('npm run demo', () => {
  let cli: Cli;
  let first: Finished;
  let week: string;
  let outbox: string;

  beforeAll(async () => {
    cli = await Cli.open();
    first = await cli.runProcess(['demo']);
    week = /Issue (\d{4}-W\d{2})/.exec(first.stdout)?.[1] ?? 'none';
    outbox = join(cli.dataDir, 'outbox', week);
  });

  afterAll(() => cli.remove());

  it('sends this week’s issue to twenty readers and says where to read it', async () => {
    expect(first).toMatchObject({ code: 0 });
    expect(first.stdout).toMatch(/^Issue \d{4}-W\d{2} \(no\. 1\): sent$/m);
    expect(first.stdout).toContain('Audience 20 = 20 submitted +');
    expect(first.stdout).toContain('Submitted in this run: 20.');
    expect(first.stdout).toContain(join(outbox, 'preview.html'));
    expect((await stat(join(outbox, 'preview.html'))).size).toBeGreaterThan(10_000);
    expect(await readOutbox(outbox)).toHaveLength(20);
  });

  it('stops the database that it started', async () => {
    expect(await postmasterPid(cli.dataDir)).toBeUndefined();
  });

  it('lets render write the mail of the outbox, byte for byte and twice the same', async () => {
    const [one, two] = [join(cli.dataDir, 'deep/one'), join(cli.dataDir, 'deep/two')];
    await cli.json(['render', '--week', week, '--reader', reader, '--out', one]);
    await cli.json(['render', '--week', week, '--reader', reader, '--out', two]);
    const file = (folder: string, name: string) => readFile(join(folder, name), 'utf8');
    for (const name of ['issue.html', 'issue.txt', 'issue.json']) {
      expect(await file(one, name)).toBe(await file(two, name));
    }

    const mail = (await readOutbox(outbox)).find(({ to }) => to?.[0]?.address === reader);
    const json = JSON.parse(await file(one, 'issue.json'));
    expect(lines(mail?.html)).toBe(lines(await file(one, 'issue.html')));
    expect(lines(mail?.text)).toBe(lines(await file(one, 'issue.txt')));
    expect(mail?.subject).toBe(json.subject);
  });

  it('sends nothing twice', async () => {
    const again = await cli.run(['demo']);
    expect(again).toMatchObject({ code: 0 });
    expect(again.stdout).toContain(`Issue ${week} is already sent.`);
    expect(again.stdout).toContain('Submitted in this run: 0.');
    expect(again.stdout).toContain(join(outbox, 'preview.html'));
    expect(await readOutbox(outbox)).toHaveLength(20);
  });

  it('starts over when its folder is gone, and prints one JSON document with --json', async () => {
    await rm(cli.dataDir, { recursive: true });
    expect(await cli.json(['demo'])).toMatchObject({ submittedNow: 20, submitted: 20, balances: true });
    expect(await postmasterPid(cli.dataDir)).toBeUndefined();
  });
});

/** Lines of mail end with CRLF, and quoted-printable may add a line end. */
const lines = (text: string | undefined) => text?.replaceAll('\r\n', '\n').trimEnd();
