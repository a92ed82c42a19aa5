import { simpleParser } from 'mailparser';
import PostalMime from 'postal-mime';
import { expect, test } from 'vitest';
import type { Email } from '../../../src/domain/sending/email.ts';
import { toEml } from '../../../src/mail/eml.ts';
import { issueFiller } from '../../../src/render/fill.ts';
import { renderIssue } from '../../../src/render/render-issue.ts';
import { anEnvelope, aPublication, aRecipient } from '../../support/content/fixtures.ts';
import { sampleWeek } from '../../support/content/sample-week.ts';
import { hasSpamAssassin, spamScores } from '../../support/mail/spamassassin.ts';

const date = new Date('2026-11-24T09:00:00Z');
const installed = await hasSpamAssassin();
if (!installed)
  process.stderr.write(
    'SpamAssassin is not installed, so spam scores are not tested (apt-get install spamassassin).\n',
  );

const weeks = [1, 3, 5, 8, 12];

async function mailOf(count: number): Promise<{ email: Email; eml: Buffer }> {
  const rendered = await renderIssue(sampleWeek(count), aPublication());
  const email = issueFiller(rendered, anEnvelope(rendered))(aRecipient(), { issue: '1' });
  return { email, eml: await toEml(email, date) };
}

test.each(weeks)('two parsers read the same html and text from a sample week of %i', async (count) => {
  const { email, eml } = await mailOf(count);
  const [one, two] = await Promise.all([PostalMime.parse(eml), simpleParser(eml)]);
  // MIME uses CRLF and ends a text with a line break.
  const bare = (text: unknown) => String(text).replaceAll('\r\n', '\n').trimEnd();
  for (const mail of [one, two]) {
    expect(bare(mail.html) === bare(email.html)).toBe(true);
    expect(bare(mail.text)).toBe(bare(email.text));
    expect(mail.subject).toBe(email.subject);
  }
  expect(two.headers.get('list')).toMatchObject({
    unsubscribe: { url: `https://news.example/u/${aRecipient().readerToken}` },
  });
  expect(one.headers.find(({ key }) => key === 'list-unsubscribe-post')?.value).toBe(
    'List-Unsubscribe=One-Click',
  );
});

test.runIf(installed)('SpamAssassin takes no sample week for spam, but does recognize spam', async () => {
  const mails = await Promise.all(weeks.map((count) => mailOf(count)));
  const spam = await toEml({ ...(await mailOf(1)).email, text: gtube }, date);
  const scores = await spamScores([...mails.map(({ eml }) => eml), spam]);
  expect(scores.filter(({ points }) => points > 900)).toHaveLength(1);
  expect(scores.filter(({ points }) => points > 0.5 && points < 900)).toEqual([]);
});

/** The standard test text that every spam filter recognizes. */
const gtube = 'XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X';
