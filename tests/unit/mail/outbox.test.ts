import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Email } from '../../../src/domain/sending/email.ts';
import type { EmailBatch } from '../../../src/domain/sending/mailer.ts';
import { outboxMailer } from '../../../src/mail/outbox.ts';
import { countByAddress, readOutbox } from '../../support/mail/read-outbox.ts';

const group = '2026-W48';
const key = 'issue-1-batch-1';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'verdicts-outbox-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const emailTo = (to: string): Email => ({
  from: 'Verdicts <verdicts@news.example>',
  to,
  replyTo: null,
  subject: 'Plumb vs Lintel',
  html: `<p>For ${to}</p>`,
  text: `For ${to}`,
  headers: {},
  tags: {},
});

const batchOf = (...to: string[]): EmailBatch => ({
  group,
  date: new Date('2026-11-24T09:00:00Z'),
  emails: to.map(emailTo),
});

const post = async (batch: EmailBatch, as = key) => (await outboxMailer(folder).prepare(batch)).post(as);
const mails = () => readOutbox(join(folder, group));
const files = async () =>
  (await readdir(join(folder, group))).filter((name) => name !== '.receipts').toSorted();

describe('the outbox', () => {
  it('writes one file per email, a preview of the first, and nothing else', async () => {
    const outcome = await post(batchOf('ada@x.example', 'bob@x.example'));
    expect(outcome).toEqual({
      kind: 'submitted',
      ids: [`outbox-${key}-1`, `outbox-${key}-2`],
      rejected: [],
    });
    expect(await files()).toEqual([
      `${key}-001-ada@x.example.eml`,
      `${key}-002-bob@x.example.eml`,
      'preview.html',
    ]);
    expect(await readFile(join(folder, group, 'preview.html'), 'utf8')).toBe('<p>For ada@x.example</p>');
  });

  it('writes nothing when a key is posted again, and returns the same ids', async () => {
    const batch = batchOf('ada@x.example', 'bob@x.example');
    const first = await post(batch);
    await rm(join(folder, group, `${key}-001-ada@x.example.eml`));
    expect(await post(batch)).toEqual(first);
    expect(await mails()).toHaveLength(1);
  });

  it('refuses a key that it has with another body, and keeps what it has', async () => {
    await post(batchOf('ada@x.example'));
    expect(await post(batchOf('bob@x.example'))).toMatchObject({ kind: 'unknown' });
    expect([...countByAddress(await mails())]).toEqual([['ada@x.example', 1]]);
  });

  it('has the same hash for the same batch and another hash for another batch', async () => {
    const mailer = outboxMailer(folder);
    const hash = async (...to: string[]) => (await mailer.prepare(batchOf(...to))).sha256;
    expect(await hash('a@x.example', 'b@x.example')).toBe(await hash('a@x.example', 'b@x.example'));
    expect(await hash('b@x.example', 'a@x.example')).not.toBe(await hash('a@x.example', 'b@x.example'));
  });

  it('has each email once after a crash before the receipt was written', async () => {
    const batch = batchOf('ada@x.example', 'bob@x.example', 'cyd@x.example');
    await post(batch);
    await rm(join(folder, group, '.receipts'), { recursive: true });
    await rm(join(folder, group, `${key}-003-cyd@x.example.eml`));
    await writeFile(join(folder, group, `${key}-003-cyd@x.example.eml.4711.partial`), 'half an em');
    expect(await post(batch)).toMatchObject({ kind: 'submitted' });
    expect([...countByAddress(await mails()).values()]).toEqual([1, 1, 1]);
  });

  it('accepts a receipt that a power failure left empty', async () => {
    const batch = batchOf('ada@x.example');
    const first = await post(batch);
    await writeFile(join(folder, group, '.receipts', `${key}.json`), '');
    expect(await post(batch)).toEqual(first);
    expect(await mails()).toHaveLength(1);
  });

  it('holds the issue while its folder is not writable', async () => {
    await writeFile(join(folder, group), 'in the way');
    expect(await post(batchOf('ada@x.example'))).toMatchObject({
      kind: 'hold-issue',
      reason: expect.stringContaining(join(folder, group)),
    });
    await rm(join(folder, group));
    expect(await post(batchOf('ada@x.example'))).toMatchObject({ kind: 'submitted' });
  });

  it('holds the issue while the file of an email is not writable', async () => {
    await mkdir(join(folder, group, `${key}-002-bob@x.example.eml`), { recursive: true });
    const batch = batchOf('ada@x.example', 'bob@x.example');
    expect(await post(batch)).toMatchObject({ kind: 'hold-issue', attempted: true });
    await rm(join(folder, group, `${key}-002-bob@x.example.eml`), { recursive: true });
    expect(await post(batch)).toMatchObject({ kind: 'submitted' });
    expect([...countByAddress(await mails()).values()]).toEqual([1, 1]);
  });

  it('writes no file outside its folder, whatever the address', async () => {
    const hostile = [
      'a/../b@x.example',
      '../../../tmp/evil@x.example',
      'a\\b@x.example',
      '.hidden@x.example',
      'n\u0000l@x.example',
      `${'x'.repeat(400)}@x.example`,
    ];
    expect(await post(batchOf(...hostile))).toMatchObject({ kind: 'submitted' });
    expect((await readdir(folder)).toSorted()).toEqual([group]);
    const names = (await files()).filter((name) => name.endsWith('.eml'));
    expect(names).toHaveLength(hostile.length);
    for (const name of names) expect(name).toMatch(/^[\w@.+-]{1,200}$/);
  });

  it('keeps emails apart whose addresses become the same file name', async () => {
    await post(batchOf('a!b@x.example', 'a?b@x.example'));
    expect([...countByAddress(await mails()).keys()].toSorted()).toEqual(['a!b@x.example', 'a?b@x.example']);
  });

  it('accepts many posts at once, of the same batch and of others', async () => {
    const mailer = outboxMailer(folder);
    const batches = await Promise.all(
      Array.from({ length: 10 }, (_, n) => mailer.prepare(batchOf(`a-${n}@x.example`, `b-${n}@x.example`))),
    );
    const posts = batches.flatMap((batch, n) => [1, 2, 3].map(() => batch.post(`issue-1-batch-${n}`)));
    expect(new Set((await Promise.all(posts)).map((outcome) => outcome.kind))).toEqual(
      new Set(['submitted']),
    );
    expect([...countByAddress(await mails()).values()]).toEqual(Array(20).fill(1));
    expect((await files()).filter((name) => name.endsWith('.partial'))).toEqual([]);
  });

  it('accepts an empty batch', async () => {
    expect(await post(batchOf())).toEqual({ kind: 'submitted', ids: [], rejected: [] });
  });
});
