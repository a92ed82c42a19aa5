import { describe, expect, it } from 'vitest';
import type { TemplateSource } from '../../../src/domain/sending/mailer.ts';
import { type ResendMailer, resendMailer } from '../../../src/mail/resend/mailer.ts';
import type { Fault } from '../../support/fake-resend/faults.ts';
import { fakeAndMailer } from './mail-fixtures.ts';

const alias = 'verdicts-2026-w47-aaaaaaaaaaaaaaaa';
const placeholder = 'reader0123456789abcdef01234567';
const source: TemplateSource = {
  alias,
  from: 'News <news@news.example>',
  subject: 'Plumb vs Lintel',
  html: `<p>Hello</p><a href="https://news.example/u/${placeholder}">Unsubscribe</a>`,
  text: `Hello\nUnsubscribe: https://news.example/u/${placeholder}`,
  placeholder,
};

async function publish(mailer: ResendMailer) {
  const outcome = await mailer.publishTemplate(source);
  if (outcome.kind !== 'published') throw new Error(outcome.reason);
  return outcome;
}

describe('publishing a template', () => {
  it('twice creates one template', async () => {
    const { fake, mailer } = await fakeAndMailer();
    const first = await publish(mailer);
    expect(await publish(mailer)).toEqual(first);
    expect(fake.account.templates.list()).toMatchObject([{ id: first.id, alias, status: 'published' }]);
  });

  it('from several processes at once creates one template', async () => {
    const { fake, mailer } = await fakeAndMailer();
    const ids = await Promise.all([1, 2, 3, 4].map(async () => (await publish(mailer)).id));
    expect(new Set(ids).size).toBe(1);
    expect(fake.account.templates.list()).toMatchObject([{ status: 'published' }]);
  });

  it.each<Fault>([
    'reset-before',
    'reset-after',
    'truncated',
    { status: 500, accepted: true },
    { status: 503 },
  ])('can be repeated after %j at any of its requests', async (fault) => {
    for (let at = 0; at < 3; at += 1) {
      const { fake, mailer } = await fakeAndMailer();
      fake.faults.script([...Array(at).fill(null), fault], '/templates');
      const { kind } = await mailer.publishTemplate(source);
      // A truncated 404 is still a 404, so the template is created at once.
      expect(kind).toBe(fault === 'truncated' && at === 0 ? 'published' : 'retry');
      await publish(mailer);
      expect(fake.account.templates.list()).toMatchObject([{ alias, status: 'published' }]);
    }
  });

  it.each([{ html: '<p>Edited</p>' }, { text: 'Edited' }, { html: '<p>Edited</p>', text: '' }])(
    'holds the issue when a template with other content has the alias, and leaves it alone: %j',
    async (edit) => {
      const { fake, mailer } = await fakeAndMailer();
      await publish(mailer);
      fake.account.templates.update(alias, edit);
      expect(await mailer.publishTemplate(source)).toEqual({
        kind: 'hold-issue',
        reason: `The template ${alias} at Resend differs from the approved issue. Delete it there and resume.`,
        attempted: false,
      });
      expect(fake.account.templates.show(alias)).toMatchObject(edit);
    },
  );

  it.each([
    [{ status: 'draft', has_unpublished_versions: false }, 2],
    [{ status: 'published', has_unpublished_versions: true }, 2],
    [{ status: 'published', has_unpublished_versions: false }, 1],
    [{ status: 'published' }, 1],
  ])('that is found as %j takes %i requests', async (state, count) => {
    const { fake, mailer } = await fakeAndMailer();
    const { id } = await publish(mailer);
    const before = fake.requests.length;
    const { html, text } = fake.account.templates.show(alias);
    fake.faults.script([{ status: 200, body: JSON.stringify({ id, html, text, ...state }) }], '/templates');
    expect(await mailer.publishTemplate(source)).toEqual({ kind: 'published', id });
    expect(fake.requests.length - before).toBe(count);
  });

  it.each([400, 409, 422])(
    'uses the template that another process created meanwhile, after %i',
    async (status) => {
      const { fake, mailer } = await fakeAndMailer();
      const { id } = await publish(mailer);
      fake.faults.script([{ status: 404 }, { status, name: 'validation_error' }], '/templates');
      expect(await mailer.publishTemplate(source)).toEqual({ kind: 'published', id });
    },
  );

  it('is tried again when the answer does not say which template was created', async () => {
    const { fake, mailer } = await fakeAndMailer();
    fake.faults.script([null, { status: 200, body: '{}' }], '/templates');
    expect(await mailer.publishTemplate(source)).toMatchObject({ kind: 'retry', attempted: true });
  });

  it.each([0, 1, 2])(
    'is tried again when request %i gets no answer',
    async (at) => {
      const { fake, mailer } = await fakeAndMailer({}, { timeoutMs: 200 });
      fake.faults.script([...Array(at).fill(null), 'hang'], '/templates');
      expect(await mailer.publishTemplate(source)).toMatchObject({
        kind: 'retry',
        reason: 'Resend may have accepted it: no answer in time.',
      });
    },
    20_000,
  );

  it('has a link for nobody where an email gives no reader', async () => {
    const { fake, mailer } = await fakeAndMailer();
    await publish(mailer);
    expect(fake.account.templates.show(alias).variables).toMatchObject([
      { key: 'READER', type: 'string', fallback_value: 'nobody' },
    ]);
  });

  it('holds the issue when the API key may only send', async () => {
    const { fake } = await fakeAndMailer();
    const mailer = resendMailer({ apiKey: 're_test_sending', baseUrl: fake.url });
    expect(await mailer.publishTemplate(source)).toEqual({
      kind: 'hold-issue',
      reason: expect.stringMatching(/^Resend refuses RESEND_API_KEY: /),
      attempted: false,
    });
  });

  it('holds the issue with the provider’s reason when the template is refused', async () => {
    const { mailer, fake } = await fakeAndMailer();
    fake.faults.script(
      [null, { status: 422, name: 'validation_error', message: 'Too large.' }],
      '/templates',
    );
    expect(await mailer.publishTemplate(source)).toEqual({
      kind: 'hold-issue',
      reason: 'The template could not be published. Resend refused it: 422 validation_error, Too large.',
      attempted: false,
    });
  });
});
