import { beforeAll, describe, expect, test } from 'vitest';
import type { IssueContent } from '../../../src/domain/issue/issue.ts';
import { htmlBudgetBytes, type RenderedIssue } from '../../../src/domain/issue/rendered-issue.ts';
import { type PreflightFacts, type PreflightInput, preflight } from '../../../src/preflight/preflight.ts';
import { issueHeaders } from '../../../src/render/headers.ts';
import { renderIssue } from '../../../src/render/render-issue.ts';
import {
  aComparison,
  anEnvelope,
  anIssue,
  aPreflight,
  aPublication,
  aTool,
  someFacts,
  swapped,
} from '../../support/content/fixtures.ts';

const [plumb, lintel] = aComparison().tools;
/** Of other tools, which look the same. */
const otherPair = aComparison({
  slug: 'other-pair',
  tools: [
    { ...plumb, slug: 'other-plumb' },
    { ...lintel, slug: 'other-lintel' },
  ],
});
const content = anIssue({ comparisons: [aComparison(), otherPair] });
let rendered: RenderedIssue;

beforeAll(async () => {
  rendered = await renderIssue(content, aPublication());
});

const rulesOf = (input: PreflightInput) =>
  preflight(input).map((finding) => `${finding.severity} ${finding.rule}`);

/** The valid issue with its rendered bytes changed. */
const changed = (change: (valid: RenderedIssue) => Partial<RenderedIssue>) =>
  aPreflight({ ...rendered, ...change(rendered) }, content);

/** A rendered issue with other content. */
const issue = async (
  change: Partial<IssueContent>,
  facts: Partial<PreflightFacts> = {},
  publicUrl?: string,
) => {
  const other = anIssue(change);
  const publication = aPublication(publicUrl === undefined ? {} : { publicUrl });
  const bytes = await renderIssue(other, publication);
  const envelope = anEnvelope(bytes, { publicUrl: publication.publicUrl });
  const headers = {
    ...envelope.headers,
    'List-Unsubscribe': `<${publication.publicUrl}/u/${bytes.placeholder}>`,
  };
  return { rendered: bytes, content: other, envelope: { ...envelope, headers }, facts: someFacts(facts) };
};

const withUrl = (url: string) => ({ comparisons: [aComparison({ url })] });
const addLink = (href: string) =>
  changed(({ html, text }) => ({
    html: html.replace('</body>', () => `<a href="${href}">x</a></body>`),
    text: `${href}\n${text}`,
  }));

test('a valid issue has no findings', () => {
  expect(preflight(aPreflight(rendered, content))).toEqual([]);
});

test('every finding says what, where and how to fix it, errors first', async () => {
  const input = await issue(
    { subject: '', comparisons: [aComparison({ tools: [aTool({ reviews: [] }), aTool({ slug: 'b' })] })] },
    { confirmedReaders: 0 },
  );
  const findings = preflight(input);
  expect(findings.map((finding) => finding.severity)).toEqual(['error', 'error', 'warning']);
  for (const finding of findings)
    for (const part of [finding.rule, finding.what, finding.where, finding.fix]) expect(part).toMatch(/\S/);
});

describe.concurrent('size', () => {
  const padded = (bytes: number) =>
    changed(({ html }) => ({ html: html + ' '.repeat(bytes - Buffer.byteLength(html)) }));
  test('over the budget by one byte is blocked', () =>
    expect(rulesOf(padded(htmlBudgetBytes + 1))).toEqual(['error size']));
  test('of exactly the budget passes', () => expect(rulesOf(padded(htmlBudgetBytes))).toEqual([]));
});

describe.concurrent('links', () => {
  test.each([
    'http://site.example/x',
    '/relative',
    'javascript:alert(1)',
    'data:text/html,x',
    'mailto:a@b.dev',
    'https://user@site.example/',
    'https://localhost/x',
    '',
  ])('to %j are blocked', (href) => expect(rulesOf(addLink(href))).toContain('error links'));
  test('to any https address pass', () =>
    expect(rulesOf(addLink('https://site.example/x?a=1&amp;b=2'.replace('&amp;', '%26')))).toEqual([]));
  test('to this machine are blocked in production', async () =>
    expect(rulesOf(await issue({}, {}, 'http://127.0.0.1:3000'))).toContain('error links'));
  test('to this machine pass outside production', async () =>
    expect(rulesOf(await issue({}, { production: false }, 'http://localhost:3000'))).toEqual([]));
  test('to other machines over http are blocked even outside production', async () => {
    const findings = preflight(await issue(withUrl('http://site.example/a'), { production: false }));
    expect(findings).toMatchObject([{ rule: 'links', where: 'comparison plumb-vs-lintel' }]);
  });
  test('to a script, which React replaces, are blocked', async () => {
    const rules = rulesOf(await issue(withUrl('javascript:alert(1)')));
    expect(rules).toContain('error links');
    expect(rules).toContain('error comparison-shown');
  });
});

describe.concurrent('unsubscribing', () => {
  const headers = (change: Record<string, string>) => {
    const input = aPreflight(rendered, content);
    return { ...input, envelope: { ...input.envelope, headers: change } };
  };
  test('needs the link in the html', () => {
    const { placeholder } = rendered;
    const rules = rulesOf(
      changed(({ html }) => ({ html: html.replace(`/u/${placeholder}`, `/leave/${placeholder}`) })),
    );
    expect(rules).toContain('error unsubscribe');
  });
  test('needs the link in the text part', () =>
    expect(rulesOf(changed(({ text }) => ({ text: text.replace(/^Unsubscribe:.*$/m, '') })))).toContain(
      'error unsubscribe',
    ));
  test('needs both headers', () =>
    expect(rulesOf(headers({}))).toEqual(['error unsubscribe', 'error unsubscribe']));
  test('needs a header with the placeholder instead of a fixed token', () =>
    expect(
      rulesOf(
        headers({ ...anEnvelope(rendered).headers, 'List-Unsubscribe': '<https://news.example/u/abc>' }),
      ),
    ).toEqual(['error unsubscribe']));
  test.each([
    [[], 'leave@in.example'],
    [['error unsubscribe'], 'leave@in.example', '+leave-', '+'],
    [['error unsubscribe'], 'leave@in.example', '?subject', ' ?subject'],
    [['error unsubscribe'], 'leave@in.example', 'mailto', 'https'],
  ])('finds %j for an address to leave by mail beside it', (rules, mailbox, from = '', to = '') => {
    const all = issueHeaders(aPublication(), rendered.placeholder, mailbox);
    const header = all['List-Unsubscribe']?.replace(from, to) ?? '';
    expect(rulesOf(headers({ ...all, 'List-Unsubscribe': header }))).toEqual(rules);
  });
  test('accepts header names in any case', () =>
    expect(
      rulesOf(
        headers({
          'list-unsubscribe': `<https://news.example/u/${rendered.placeholder}>`,
          'LIST-UNSUBSCRIBE-POST': 'List-Unsubscribe=One-Click',
        }),
      ),
    ).toEqual([]));
});

describe.concurrent('each comparison', () => {
  test.each<[string, (valid: RenderedIssue) => Partial<RenderedIssue>]>([
    ['the verdict in the html', ({ html }) => ({ html: html.replace('Ship Plumb</h2>', '</h2>') })],
    ['the entry price in the html', ({ html }) => ({ html: html.replaceAll('$20/mo', '') })],
    [
      'the link in the html',
      ({ html }) => ({ html: html.replace('href="https://site.example/compare/other-pair"', '') }),
    ],
    ['the whole comparison in the html', ({ html }) => ({ html: html.replace('id="other-pair"', '') })],
    ['the verdict in the text', ({ text }) => ({ text: text.replace('Verdict: Ship Plumb', '') })],
    ['the entry price in the text', ({ text }) => ({ text: text.replaceAll('$20/mo', '') })],
    [
      'the link in the text',
      ({ text }) => ({ text: text.replace('https://site.example/compare/other-pair', '') }),
    ],
  ])('must have %s', (_, change) => expect(rulesOf(changed(change))).toContain('error comparison-shown'));

  test('must have its own verdict, even if another comparison has the same', () => {
    const findings = preflight(
      changed(({ html }) => ({ html: html.replace(/(id="other-pair".*?)Ship Plumb/, '$1') })),
    );
    expect(findings).toMatchObject([{ where: 'comparison other-pair' }]);
  });

  test('may have a name that needs escaping', async () =>
    expect(
      rulesOf(
        await issue({
          comparisons: [aComparison({ tools: [aTool({ name: `<i>"A" & 'B'` }), aTool({ slug: 'b' })] })],
          subject: 'Odd',
        }),
      ),
    ).toEqual([]));
});

describe.concurrent('the links of the text part', () => {
  test('include every link of the html', () =>
    expect(
      rulesOf(
        changed(({ html }) => ({
          html: html.replace('</body>', '<a href="https://site.example/only">x</a></body>'),
        })),
      ),
    ).toEqual(['error text-links']));
  test('may repeat any link of the html', () =>
    expect(rulesOf(addLink('https://site.example/both'))).toEqual([]));
});

describe.concurrent('the placeholder', () => {
  test('missing from a link is blocked', () =>
    expect(
      rulesOf(changed(({ html, placeholder }) => ({ html: html.replaceAll(placeholder, 'abc') }))),
    ).toContain('error placeholder'));
  test('outside the links is blocked', () =>
    expect(
      rulesOf(
        changed(({ html, placeholder }) => ({ html: html.replace('</body>', `${placeholder}</body>`) })),
      ),
    ).toEqual(['error placeholder']));
  test('in the subject is blocked', () =>
    expect(rulesOf(changed(({ placeholder }) => ({ subject: `Hi ${placeholder}` })))).toEqual([
      'error placeholder',
    ]));
  test.each(['html', 'text', 'subject', 'preheader'] as const)(
    'of the provider left in the %s is blocked',
    (part) =>
      expect(rulesOf(changed((valid) => ({ [part]: `${valid[part]} {{{READER}}}` })))).toContain(
        'error placeholder',
      ),
  );
  test('is not confused with content that looks like one', async () =>
    expect(rulesOf(await issue({ intro: '{{{READER}}} reader0123456789abcdef01234567' }))).toEqual([]));
});

describe.concurrent('unfinished template text', () => {
  test.each(['TODO', 'FIXME', 'Lorem ipsum', 'undefined', '[object Object]'])('%s is blocked', (mark) =>
    expect(
      rulesOf(changed(({ html }) => ({ html: html.replace('You get this', () => `${mark} You get this`) }))),
    ).toEqual(['error leftovers']),
  );
  test('in the text part is blocked', () =>
    expect(rulesOf(changed(({ text }) => ({ text: `TODO\n${text}` })))).toEqual(['error leftovers']));
  test('is not confused with a tool named TODO', async () =>
    expect(
      rulesOf(
        await issue({
          comparisons: [aComparison({ tools: [aTool({ name: 'TODO Lists' }), aTool({ slug: 'b' })] })],
        }),
      ),
    ).toEqual([]));
  test('is not found inside other words', () =>
    expect(rulesOf(changed(({ text }) => ({ text: `TODOS undefinedness\n${text}` })))).toEqual([]));
});

describe.concurrent('the subject', () => {
  const subject = (text: string) => rulesOf(changed(() => ({ subject: text })));
  test('empty is blocked', () => expect(subject('  ')).toEqual(['error subject']));
  test('of 121 characters is blocked', () => expect(subject('a'.repeat(121))).toEqual(['error subject']));
  test('of 120 characters causes a warning', () =>
    expect(subject('a'.repeat(120))).toEqual(['warning subject-style']));
  test('of 78 characters passes, where an emoji counts as one', () =>
    expect(subject('👩‍👩‍👧‍👦'.repeat(78))).toEqual([]));
  test.each(['SHIP THIS TOOL NOW', 'Ship it!!', 'It is HERE! Look!'])(
    '%j causes a warning for shouting',
    (text) => expect(subject(text)).toEqual(['warning subject-style']),
  );
  test.each(['GPT-5 vs LLM API: Ship GPT-5', 'What a week!', 'מילים בעברית בלבד כאן'])(
    '%j is not shouting',
    (text) => expect(subject(text)).toEqual([]),
  );
});

describe.concurrent('the preheader', () => {
  test('empty is blocked', () =>
    expect(rulesOf(changed(() => ({ preheader: ' ' })))).toEqual(['error preheader']));
  test('missing from the html is blocked', () =>
    expect(rulesOf(changed(() => ({ preheader: 'Something else' })))).toEqual(['error preheader']));
  test('longer than inboxes show passes', async () =>
    expect(rulesOf(await issue({ preheader: 'Many words in a row. '.repeat(20) }))).toEqual([]));
});

describe.concurrent('an image', () => {
  const image = (attributes: string) =>
    changed(({ html }) => ({
      html: html.replace('</body>', `<img src="https://site.example/a.png"${attributes}></body>`),
    }));
  test('without alt is blocked', () => expect(rulesOf(image(''))).toEqual(['error image-alt']));
  test('with an empty alt passes, as decoration', () => expect(rulesOf(image(' alt=""'))).toEqual([]));
});

describe.concurrent('a comparison', () => {
  test('from an earlier issue is blocked', () =>
    expect(
      preflight(aPreflight(rendered, content, { earlierWeekOf: { 'other-pair': '2026-W45' } })),
    ).toMatchObject([{ rule: 'already-sent', where: 'comparison other-pair', severity: 'error' }]));
  test('with another slug than in an earlier issue passes', () =>
    expect(rulesOf(aPreflight(rendered, content, { earlierWeekOf: { 'other-pair-2': '2026-W45' } }))).toEqual(
      [],
    ));
  test('twice in one issue is blocked', async () =>
    expect(rulesOf(await issue({ comparisons: [aComparison(), aComparison()] }))).toContain(
      'error already-sent',
    ));
  test('may have the slug "constructor"', async () =>
    expect(rulesOf(await issue({ comparisons: [aComparison({ slug: 'constructor' })] }))).toEqual([]));
  test('is required', async () =>
    expect(rulesOf(await issue({ comparisons: [], subject: 'A', preheader: 'B' }))).toEqual([
      'error has-comparisons',
    ]));
});

describe.concurrent('the audience', () => {
  const readers = (confirmedReaders: number, previousAudience: number | null) =>
    rulesOf(aPreflight(rendered, content, { confirmedReaders, previousAudience }));
  test('of nobody is blocked', () => expect(readers(0, null)).toEqual(['error has-readers']));
  test('of one passes', () => expect(readers(1, null)).toEqual([]));
  test('of less than half of the last one causes a warning', () =>
    expect(readers(49, 100)).toEqual(['warning audience-drop']));
  test('of exactly half passes', () => expect(readers(50, 100)).toEqual([]));
});

describe.concurrent('warnings', () => {
  test('name a comparison without reviews', async () =>
    expect(
      preflight(
        await issue({
          comparisons: [aComparison({ tools: [aTool({ reviews: [] }), aTool({ slug: 'b' })] })],
        }),
      ),
    ).toMatchObject([{ rule: 'no-reviews', severity: 'warning', where: 'comparison plumb-vs-lintel' }]));
  test('accept the verdict "Skip both"', async () => {
    const tools = aComparison().tools.map((tool) => ({
      ...tool,
      reviews: tool.reviews.map((review) => ({ ...review, verdict: 'skip' as const })),
    }));
    expect(
      rulesOf(
        await issue({
          comparisons: [{ ...aComparison(), tools: [tools[0] ?? aTool(), tools[1] ?? aTool()] }],
        }),
      ),
    ).toEqual([]);
  });
  const ofOneCategory = (slug: string) =>
    aComparison({ slug, tools: [aTool(), aTool({ slug: `${slug}-other` })] });
  test('say when all comparisons are about one category', async () =>
    expect(rulesOf(await issue({ comparisons: [ofOneCategory('a'), ofOneCategory('b')] }))).toEqual([
      'warning one-category',
    ]));
  test('do not say so about a single comparison', async () =>
    expect(rulesOf(await issue({ comparisons: [ofOneCategory('a')] }))).toEqual([]));
  test('name shortened links', () =>
    expect(rulesOf(addLink('https://bit.ly/x'))).toEqual(['warning short-links']));
  test('do not take a host for a shortener because it ends like one', () =>
    expect(rulesOf(addLink('https://rabbit.ly/x'))).toEqual([]));
});

describe.concurrent('what changed at the site', () => {
  const finding = (siteChanges: PreflightFacts['siteChanges']) =>
    preflight(aPreflight(rendered, content, { siteChanges }));
  test('is a warning that names the comparison, the old and the new price', () =>
    expect(
      finding([
        {
          ...{ slug: 'other-pair', slugNow: 'other-pair', retracted: false },
          what: ['entry price of Plumb: $20/mo, now $25/mo'],
        },
      ]),
    ).toMatchObject([
      {
        ...{ rule: 'changed-at-site', severity: 'warning', where: 'comparison other-pair' },
        what: expect.stringContaining('entry price of Plumb: $20/mo, now $25/mo'),
        fix: expect.stringContaining('compose --week 2026-W47'),
      },
    ]));
});

describe.concurrent('the same two tools', () => {
  test('as in an issue of the last 26 weeks cause a warning that names it', () =>
    expect(
      preflight(aPreflight(rendered, content, { pairWeekOf: new Map([['other-pair', '2026-W30']]) })),
    ).toMatchObject([
      {
        ...{ rule: 'same-pair', severity: 'warning', where: 'comparison other-pair' },
        what: expect.stringContaining('2026-W30'),
      },
    ]));
  test('twice in one issue, in either order, cause a warning', async () =>
    expect(
      rulesOf(await issue({ comparisons: [aComparison(), swapped(aComparison({ slug: 'again' }))] })),
    ).toEqual(['warning same-pair']));
});

describe.concurrent('a subject', () => {
  const earlier = (subject: string, mine = subject) =>
    preflight({
      ...changed(() => ({ subject: mine })),
      facts: someFacts({
        earlierSubjects: [
          { week: '2026-W46', subject: 'Another' },
          { week: '2026-W45', subject },
        ],
      }),
    });
  test('equal to an earlier one causes a warning that names it', () =>
    expect(earlier('The weekly verdicts')).toMatchObject([
      { rule: 'same-subject', severity: 'warning', what: expect.stringContaining('2026-W45') },
    ]));
  test.each([
    ['THE  weekly verdicts ', 'The weekly\u00a0verdicts'],
    ['Cafe\u0301', 'Café'],
  ])('that reads the same, %j as %j, counts as equal', (subject, mine) =>
    expect(earlier(subject, mine)).toHaveLength(1),
  );
  test('that begins like an earlier one is another', () =>
    expect(earlier('The weekly verdicts', 'The weekly verdicts, again')).toEqual([]));
  test('that is empty is not also a repetition', () =>
    expect(earlier('').map(({ rule }) => rule)).toEqual(['subject']));
});
