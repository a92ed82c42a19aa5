import { beforeAll, describe, expect, it } from 'vitest';
import type { Recipient, RenderedIssue } from '../../../src/domain/issue/rendered-issue.ts';
import { templateAlias } from '../../../src/domain/sending/delivery.ts';
import type { TemplateSource } from '../../../src/domain/sending/mailer.ts';
import type { ResendMailer } from '../../../src/mail/resend/mailer.ts';
import { issueFiller } from '../../../src/render/fill.ts';
import { renderIssue } from '../../../src/render/render-issue.ts';
import {
  aComparison,
  anEnvelope,
  anIssue,
  aPublication,
  aRecipient,
  aReview,
  aTool,
} from '../../support/content/fixtures.ts';
import { fakeAndMailer, post } from './mail-fixtures.ts';

const alias = templateAlias('2026-W47', 'a'.repeat(64));
let plain: RenderedIssue;
let braces: RenderedIssue;
beforeAll(async () => {
  plain = await renderIssue(anIssue(), aPublication());
  const tricky = aTool({
    name: 'Tool {{{READER}}}',
    url: 'https://site.example/?q={{{READER}}}',
    reviews: [aReview('builder', 'ship', 'Says {{{EMAIL}}} and {{{{{READER}}} and {{name}}.')],
  });
  const comparison = aComparison({ tools: [tricky, aTool({ slug: 'lintel', name: 'Lintel' })] });
  braces = await renderIssue(
    anIssue({ subject: 'Ship {{{READER}}}', comparisons: [comparison] }),
    aPublication(),
  );
});

const source = (rendered: RenderedIssue): TemplateSource => ({
  ...rendered,
  alias,
  from: 'News <news@news.example>',
});

const people = ['ada', 'bo', 'cy'].map(
  (name, index): Recipient =>
    aRecipient({
      subscriberId: index + 1,
      email: `${name}@readers.example`,
      readerToken: `${name}_-aBcDeFgHiJkLmNoPq${index}`,
    }),
);

/** Emails that refer to the template, filled per reader as the pipeline does. */
function templated(rendered: RenderedIssue) {
  const fill = issueFiller(rendered, anEnvelope(rendered));
  return people.map((reader) => ({
    ...fill(reader, { issue: '1', delivery: String(reader.subscriberId) }),
    template: { alias, readerToken: reader.readerToken },
  }));
}

const published = async (mailer: ResendMailer, rendered = plain) => {
  const outcome = await mailer.publishTemplate(source(rendered));
  if (outcome.kind !== 'published') throw new Error(outcome.reason);
  return outcome;
};

describe('an issue sent by template', () => {
  it('reaches each reader exactly as approved', async () => {
    const { fake, mailer } = await fakeAndMailer();
    await published(mailer);
    const emails = templated(plain);
    expect(await post(mailer, emails)).toMatchObject({ kind: 'submitted', rejected: [] });
    expect(
      fake.accepted.map(({ email }) => ({
        html: email?.html,
        text: email?.text,
        subject: email?.subject,
        headers: email?.headers,
      })),
    ).toEqual(emails.map(({ html, text, subject, headers }) => ({ html, text, subject, headers })));
  });

  it('keeps braces in the content', async () => {
    const { fake, mailer } = await fakeAndMailer();
    await published(mailer, braces);
    const emails = templated(braces);
    expect(await post(mailer, emails)).toMatchObject({ kind: 'submitted', rejected: [] });
    for (const [index, { email }] of fake.accepted.entries()) {
      const approved = emails[index];
      expect(email?.html === approved?.html).toBe(true);
      expect(email?.text).toBe(approved?.text);
      expect(approved?.text.replaceAll('\u2060', '')).toContain('Tool {{{READER}}}');
      expect(email?.subject).toBe(approved?.subject);
      expect(email?.subject).not.toContain(people[index]?.readerToken);
    }
  });

  it('takes less than a kilobyte per reader', async () => {
    const { fake, mailer } = await fakeAndMailer();
    await published(mailer);
    await post(mailer, templated(plain));
    expect(Number(fake.requests.at(-1)?.headers['content-length'])).toBeLessThan(3 * 1_000);
  });

  it.each(['item', 'request'] as const)(
    'is held and rejects nobody when the template is gone (%s)',
    async (missingTemplate) => {
      const { fake, mailer } = await fakeAndMailer({ missingTemplate });
      await published(mailer);
      fake.account.templates.remove(alias);
      const outcome = await post(mailer, templated(plain));
      if (missingTemplate === 'request') {
        expect(outcome).toMatchObject({
          kind: 'hold-issue',
          reason: expect.stringContaining('RESEND_DELIVERY'),
        });
      } else {
        if (outcome.kind !== 'submitted') throw new Error(outcome.kind);
        expect(outcome.ids).toEqual([null, null, null]);
        expect(outcome.rejected.map(({ aboutRecipient }) => aboutRecipient)).toEqual([false, false, false]);
      }
      // Once it is published again under the same alias, the same bytes can be sent under the same key.
      await published(mailer);
      if (missingTemplate === 'request')
        expect(await post(mailer, templated(plain))).toMatchObject({ kind: 'submitted' });
      expect(fake.account.templates.list()).toHaveLength(1);
    },
  );
});
