import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { htmlBudgetBytes } from '../../../src/domain/issue/rendered-issue.ts';
import { visibleLine } from '../../../src/domain/text.ts';
import { readHtml } from '../../../src/preflight/html-page.ts';
import { preflight } from '../../../src/preflight/preflight.ts';
import { renderIssue } from '../../../src/render/render-issue.ts';
import { comparisonArbitrary } from '../../support/content/arbitraries.ts';
import {
  aComparison,
  anIssue,
  aPreflight,
  aPublication,
  aReview,
  aTool,
  panel,
} from '../../support/content/fixtures.ts';

const bytesOf = (text: string) => Buffer.byteLength(text);
const seen = (html: string) => readHtml(html).text;
const render = (issue: Parameters<typeof anIssue>[0]) => renderIssue(anIssue(issue), aPublication());

describe.concurrent('a rendered issue', () => {
  test('shows a comparison in full, in html and in text', async () => {
    const { html, text } = await render({});
    for (const shown of [seen(html), visibleLine(text)]) {
      for (const words of [
        'Weekly Verdicts',
        'No. 3',
        '16–22 November 2026',
        'Plumb vs Lintel',
        'Ship Plumb',
        'Developer Tools',
        'Straight lines without a ruler',
        'Plumb hangs a line from any point. It needs no account.',
        '75%',
        '25%',
        '—',
        '$20/mo',
        'Lintel is free to start',
        'The Builder',
        'The Skeptic',
        'The Founder',
        'The Futurist',
        'The Skeptic and The Founder judge the two differently.',
        'You get this because',
        '1 Sample Street, Sampleton',
      ])
        expect(shown).toContain(words);
      for (const tool of aComparison().tools)
        for (const { quote } of tool.reviews) expect(shown).toContain(`“${quote}”`);
    }
  });

  test('says ship and skip in words, and names who stands alone', async () => {
    const { html, text } = await render({});
    expect(seen(html)).toMatch(
      /Reviewer split The Skeptic and The Founder judge the two differently\. The Futurist .*? The Builder SHIP SHIP alone The Skeptic splits SHIP SKIP “.*?” The Founder splits SHIP SKIP The Futurist SKIP alone SKIP /,
    );
    expect(text).toContain('The Skeptic (splits): ship Plumb, skip Lintel');
    expect(text).toContain('The Futurist: skip Plumb (alone), skip Lintel');
  });

  test('is the same to the byte when rendered again', async () => {
    expect(await render({})).toEqual(await render({}));
  });

  test('has a different placeholder when the content differs', async () => {
    const [one, other] = await Promise.all([render({}), render({ intro: 'Hello.' })]);
    expect(one.placeholder).not.toBe(other.placeholder);
  });

  test('contains the placeholder only in the reader’s two links', async () => {
    const { html, text, placeholder } = await render({});
    for (const part of [html, text]) {
      expect(part.split(placeholder)).toHaveLength(3);
      expect(part).toContain(`https://news.example/u/${placeholder}`);
      expect(part).toContain(`https://news.example/preferences/${placeholder}`);
      expect(part).toContain('https://news.example/issues/2026-W47');
    }
  });

  test('is refused when escaping changes the reader’s link', async () => {
    await expect(
      renderIssue(anIssue(), aPublication({ publicUrl: 'https://news.example/"quoted"' })),
    ).rejects.toThrow(/u\/reader[0-9a-f]{24} appears 0 times/);
  });

  test('is one article in English with one h1, an h2 per comparison, an h3 per tool and scopes in its tables', async () => {
    const { html } = await render({ comparisons: [aComparison(), aComparison({ slug: 'other-pair' })] });
    const count = (pattern: RegExp) => html.match(pattern)?.length ?? 0;
    expect(count(/<h1\b/g)).toBe(1);
    expect(count(/<h2\b/g)).toBe(2);
    expect(count(/<h3\b/g)).toBe(4);
    expect(html).toMatch(/<html[^>]* lang="en"/);
    expect(html).toContain('role="article"');
    expect(count(/<th\b/g)).toBe(count(/<th scope="(?:col|row|rowgroup)"/g));
    expect(
      count(/<table\b/g) - count(/<table role="presentation"|<table border="0"[^>]*role="presentation"/g),
    ).toBe(2);
  });

  test('shows the lead in full and the others in brief: no description, one quote per reviewer, one link', async () => {
    const long = (verdicts: string) =>
      panel(verdicts, 60).map((review) => ({ ...review, quote: `${review.quote} ${review.quote}` }));
    const pair = (slug: string) =>
      aComparison({
        slug,
        tools: [
          aTool({ name: `${slug} One`, reviews: long('ship skip ship ship') }),
          aTool({ slug: 'b', name: `${slug} Two`, reviews: long('ship ship ship ship') }),
        ],
      });
    const { html, text } = await render({ comparisons: [pair('lead'), pair('other')] });
    const { sections } = readHtml(html);
    const quotes = (of: string) =>
      sections
        .get(of)
        ?.text.match(/“[^”]*”/g)
        ?.map((quote) => quote.length) ?? [];
    expect(quotes('lead')).toHaveLength(9);
    expect(sections.get('lead')?.text).toContain('It needs no account.');
    expect(quotes('other')).toHaveLength(4);
    expect(Math.max(...quotes('other'))).toBeLessThanOrEqual(242);
    for (const shown of [
      sections.get('other')?.text ?? '',
      visibleLine(text).split('other One vs other Two')[1] ?? '',
    ]) {
      expect(shown).not.toContain('It needs no account.');
      expect(shown).toContain('The Skeptic judges the two differently.');
      expect(shown).toContain('The full comparison, with every quote');
    }
    expect(sections.get('other')?.links.filter((link) => link.includes('/compare/'))).toHaveLength(1);
  });

  test('has the table for Outlook and none of React’s comments', async () => {
    const { html } = await render({});
    expect(html.match(/<!--\[if mso\]><table/g)).toHaveLength(1);
    expect(html.match(/<!--\[if mso\]><\/td>/g)).toHaveLength(1);
    expect(html).not.toMatch(/data-mso|<!-- -->|<!--\$/);
  });

  test('keeps the lines of the text part within 80 columns, except for addresses', async () => {
    const { text } = await render({ intro: 'word '.repeat(100) });
    const long = text.split('\n').filter((line) => [...line].length > 80 && !/https?:\/\//.test(line));
    expect(long).toEqual([]);
  });

  test('ends its text part with the unsubscribe link', async () => {
    const { text, placeholder } = await render({});
    expect(text.trimEnd().split('\n').at(-1)).toBe(`Unsubscribe: https://news.example/u/${placeholder}`);
  });

  test('shows no votes as a dash and no reviews as no verdict yet', async () => {
    const { html, text } = await render({
      comparisons: [
        aComparison({
          tools: [
            aTool({ reviews: [], communityVotes: { ship: 0, skip: 0 } }),
            aTool({ slug: 'b', name: 'B', reviews: [], communityVotes: null }),
          ],
        }),
      ],
    });
    for (const shown of [seen(html), visibleLine(text)]) {
      expect(shown).toContain('No verdict yet');
      expect(shown).toContain('No reviews yet.');
      expect(shown).not.toContain('NaN');
    }
    expect(seen(html)).toContain('Community — —');
  });
});

describe.concurrent('odd content appears literally', () => {
  const odd = [
    '<script>alert(1)</script>',
    '<b>bold</b> & "quoted" \'too\'',
    '{{{READER}}}',
    '%%{token}%% *|X|* {{ name }}',
    'محرّر النصوص',
    '👩‍👩‍👧‍👦 🎉',
    '日本語のツール',
    `${'Long '.repeat(59)}name`,
    'N'.repeat(300),
    '$& $1 $$',
  ];

  test.each(odd)('%s', async (words) => {
    const tool = aTool({
      slug: 'odd',
      name: words,
      category: words,
      tagline: words,
      entryPrice: words,
      reviews: [aReview('builder', 'ship', words), ...panel('ship ship')],
    });
    const content = anIssue({
      comparisons: [aComparison({ tools: [tool, aTool()] })],
      intro: words,
      preheader: words,
      subject: 'Odd',
    });
    const rendered = await renderIssue(content, aPublication());
    for (const shown of [seen(rendered.html), visibleLine(rendered.text)])
      expect(shown.split(visibleLine(words)).length).toBeGreaterThan(4);
    expect(rendered.html).not.toMatch(/<script/i);
    expect(preflight(aPreflight(rendered, content))).toEqual([]);
  });

  test('any comparison that can be imported is shown, within the size budget', async () => {
    await fc.assert(
      fc.asyncProperty(comparisonArbitrary, async (comparison) => {
        const content = anIssue({ comparisons: [comparison], subject: 'Any', preheader: 'Any' });
        const rendered = await renderIssue(content, aPublication());
        expect(bytesOf(rendered.html)).toBeLessThanOrEqual(htmlBudgetBytes);
        const findings = preflight(aPreflight(rendered, content, { production: false }));
        expect(findings.filter((each) => each.severity === 'error' && each.rule !== 'links')).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });
});
