import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type DoctorInput, runChecks } from '../../../src/doctor/run-checks.ts';
import { keysFrom } from '../../../src/domain/audience/keys.ts';
import type { Diagnosis } from '../../../src/domain/diagnosis.ts';
import { type TestDatabase, testDatabase } from '../../support/database/test-database.ts';
import type { Domain, FakeResendOptions } from '../../support/fake-resend/options.ts';
import { startFakeResend } from '../../support/fake-resend/server.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

const noRecord = () => Promise.reject(Object.assign(new Error('no such name'), { code: 'ENOTFOUND' }));

const bare = (): DoctorInput => ({
  db: database.db,
  now: new Date('2026-11-23T12:00:00Z'),
  schedule: { cron: '0 9 * * 2', timeZone: 'Europe/Berlin' },
  settings: {
    publicUrl: 'http://localhost:3000',
    from: 'Verdicts <verdicts@newsletter.example>',
    postalAddress: null,
    editorEmails: [],
    approvesItself: true,
    unsubscribeMailbox: null,
    usesResend: false,
  },
  keys: keysFrom('a secret for tests, and for tests alone'),
  resend: null,
  webhookSecretSet: false,
  resolveTxt: noRecord,
  resolveMx: async () => [{ exchange: 'mx.news.dev', priority: 10 }],
});

const live = {
  publicUrl: 'https://news.dev',
  from: 'Verdicts <verdicts@news.dev>',
  postalAddress: '1 Example Street',
  editorEmails: ['ada@news.dev'],
  approvesItself: true,
  unsubscribeMailbox: null,
  usesResend: true,
};

async function account(options: FakeResendOptions = {}) {
  const fake = await startFakeResend(options);
  onTestFinished(() => fake.close());
  return { apiKey: fake.apiKey, baseUrl: fake.url };
}

const states = (lines: readonly Diagnosis[]) =>
  Object.fromEntries(lines.map(({ what, state }) => [what, state]));

const expectFixes = (lines: readonly Diagnosis[]) => {
  for (const { state, fix } of lines) expect(fix === null).toBe(state === 'good');
};

describe('doctor', () => {
  it('finds no fault with default settings, and notes what is missing for real mail', async () => {
    const lines = await runChecks(bare());
    expect(states(lines)).toEqual({
      Database: 'good',
      Migrations: 'good',
      Clock: 'good',
      Schedule: 'good',
      Secret: 'good',
      'Public URL': 'note',
      Sender: 'note',
      'Postal address': 'note',
      Editors: 'note',
      Review: 'note',
      Resend: 'note',
    });
    expectFixes(lines);
    expect(lines.find(({ what }) => what === 'Schedule')?.finding).toContain('2026-11-24T08:00:00.000Z');
  });

  it('names each fault of incomplete settings with its fix', async () => {
    const resend = await account({ domains: [{ name: 'news.dev', status: 'pending' }] });
    const lines = await runChecks({
      ...bare(),
      settings: { ...live, publicUrl: 'http://news.dev', postalAddress: null },
      keys: keysFrom(null),
      resend,
    });
    expect(states(lines)).toMatchObject({
      Secret: 'fault',
      'Public URL': 'fault',
      'Postal address': 'fault',
      Resend: 'good',
      'Sending domain': 'fault',
      Webhooks: 'fault',
      DKIM: 'fault',
      DMARC: 'fault',
    });
    expectFixes(lines);
  });

  it('does not look up the DNS records of an example domain', async () => {
    const from = 'Verdicts <verdicts@newsletter.example>';
    const lines = await runChecks({ ...bare(), settings: { ...live, from }, resend: await account() });
    expect(states(lines)).toMatchObject({ Sender: 'fault', Resend: 'good' });
    expect(lines.map(({ what }) => what)).not.toContain('DKIM');
  });

  it('finds everything good when it is', async () => {
    const resend = await account({ domains: [{ name: 'news.dev', status: 'verified' }] });
    const resolveTxt = (name: string) =>
      Promise.resolve([[name.startsWith('_dmarc') ? 'v=DMARC1; p=none' : 'p=MIGf']]);
    const input = { ...bare(), settings: live, resend, webhookSecretSet: true, resolveTxt };
    const notGood = async () => (await runChecks(input)).filter(({ state }) => state !== 'good');
    expect(await notGood()).toMatchObject([{ what: 'Webhooks', state: 'note' }]);
    await database.db.execute(
      sql`insert into mail_events (event_id, type, at) values ('msg_1', 'delivered', now())`,
    );
    expect(await notGood()).toEqual([]);
  });

  it('says whether the mailbox for leaving receives mail', async () => {
    const settings = { ...live, unsubscribeMailbox: 'leave@in.news.dev' };
    const look = async (domains: readonly Domain[]) =>
      states(await runChecks({ ...bare(), settings, resend: await account({ domains }) }))[
        'Unsubscribe mailbox'
      ];
    const news = { name: 'news.dev', status: 'verified', receives: true } as const;
    const incoming = { name: 'in.news.dev', status: 'verified' } as const;
    expect(await look([news, { ...incoming, receives: true }])).toBe('good');
    expect(await look([news, incoming])).toBe('fault');
    expect(await look([news])).toBe('fault');
  });

  it.each([
    ['a rejected key', (url: string) => ({ apiKey: 're_wrong', baseUrl: url }), 'Set RESEND_API_KEY'],
    [
      'a server that does not answer',
      () => ({ apiKey: 're_x', baseUrl: 'http://127.0.0.1:9' }),
      'Check the network',
    ],
  ])('reports %s', async (_what, resend, fix) => {
    const { baseUrl } = await account();
    const lines = await runChecks({ ...bare(), settings: live, resend: resend(baseUrl) });
    expect(lines.find(({ what }) => what === 'Resend')).toMatchObject({
      state: 'fault',
      fix: expect.stringContaining(fix),
    });
  });

  it('says that the review rule is off where APPROVAL=auto has no EDITOR_EMAILS, and only there', async () => {
    const reviewOf = async (settings: Partial<DoctorInput['settings']>) => {
      const lines = await runChecks({ ...bare(), settings: { ...bare().settings, ...settings } });
      return lines.find(({ what }) => what === 'Review');
    };
    expect(await reviewOf({})).toMatchObject({
      state: 'note',
      finding: expect.stringContaining('MIN_REVIEW_MINUTES does not apply'),
      fix: expect.stringContaining('EDITOR_EMAILS'),
    });
    expect(await reviewOf({ approvesItself: false })).toBeUndefined();
    expect(await reviewOf({ editorEmails: ['ada@news.dev'] })).toBeUndefined();
  });

  it('reports a sender whose domain the account does not have', async () => {
    const resend = await account({ domains: [{ name: 'other.dev', status: 'verified' }] });
    expect(states(await runChecks({ ...bare(), settings: live, resend }))).toMatchObject({
      'Sending domain': 'fault',
    });
  });

  it('does not report a record as missing when it could not be looked up', async () => {
    const resolveTxt = () => Promise.reject(Object.assign(new Error('timed out'), { code: 'ETIMEOUT' }));
    const lines = await runChecks({ ...bare(), settings: live, resend: await account(), resolveTxt });
    expect(states(lines)).toMatchObject({ DKIM: 'note', DMARC: 'note' });
  });
});
