import { describe, expect, test } from 'vitest';
import { htmlBudgetBytes } from '../../../src/domain/issue/rendered-issue.ts';
import { readHtml } from '../../../src/preflight/html-page.ts';
import { preflight } from '../../../src/preflight/preflight.ts';
import { renderIssue } from '../../../src/render/render-issue.ts';
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

describe.concurrent('the size budget', () => {
  const many = (count: number, change: (at: number) => Partial<Parameters<typeof aTool>[0]> = () => ({})) =>
    Array.from({ length: count }, (_, at) =>
      aComparison({
        slug: `pair-${at}`,
        tools: [
          aTool({
            slug: `a-${at}`,
            name: `First ${at}`,
            reviews: panel('ship ship skip ship', 90),
            ...change(at),
          }),
          aTool({
            slug: `b-${at}`,
            name: `Second ${at}`,
            category: 'Writing',
            reviews: panel('skip ship skip ship', 90),
            ...change(at),
          }),
        ],
      }),
    );

  test('does not shorten the 90-word quotes of the lead while they fit', async () => {
    const { html } = await render({ comparisons: many(5) });
    expect(bytesOf(html)).toBeLessThan(htmlBudgetBytes);
    expect(html).not.toContain('Read on</a>');
  });

  test.each(Array.from({ length: 12 }, (_, at) => at + 1))(
    'has space for %i comparisons with 90-word quotes, each with its box score',
    async (count) => {
      const content = anIssue({ comparisons: many(count) });
      const rendered = await renderIssue(content, aPublication());
      expect(bytesOf(rendered.html)).toBeLessThanOrEqual(htmlBudgetBytes);
      expect(rendered.html.match(/>Reviewer split</g)).toHaveLength(count);
      expect(preflight(aPreflight(rendered, content))).toEqual([]);
    },
  );

  /** So many reviews that their quotes must be cut. */
  const manyReviews = (count: number) =>
    many(count, () => ({
      reviews: Array.from({ length: 14 }, (_, at) =>
        aReview(`reviewer-${at}`, at % 3 ? 'ship' : 'skip', panel('ship', 90)[0]?.quote),
      ),
    }));

  test('shortens quotes that do not fit; in the lead each links to the rest', async () => {
    const comparisons = manyReviews(7);
    const content = anIssue({ comparisons });
    const rendered = await renderIssue(content, aPublication());
    expect(bytesOf(rendered.html)).toBeLessThanOrEqual(htmlBudgetBytes);
    expect(bytesOf(rendered.html)).toBeGreaterThan(htmlBudgetBytes * 0.9);
    const lead = rendered.html.slice(0, rendered.html.indexOf('id="pair-1"'));
    const cuts = lead.match(/…”( <a href="[^"]*">Read on<\/a>)?/g) ?? [];
    expect(cuts.length).toBeGreaterThan(20);
    expect(cuts.every((cut) => cut.endsWith('</a>'))).toBe(true);
    expect(preflight(aPreflight(rendered, content))).toEqual([]);
  });

  test('cuts quotes between words only', async () => {
    const { html } = await render({ comparisons: manyReviews(7) });
    const words = new Set(panel('ship ship ship ship', 90).flatMap((review) => review.quote.split(/[ .]/)));
    const last = [...html.matchAll(/(\S+?)…”/g)].map(([, word = '']) => word.replace(/^.*[“>]/, ''));
    expect(last.length).toBeGreaterThan(0);
    expect(last.filter((word) => !words.has(word))).toEqual([]);
  });

  test('turns comparisons that still do not fit into one line with verdict, prices and link', async () => {
    const panel = Array.from({ length: 40 }, (_, at) =>
      aReview(`reviewer-${at}`, at % 3 ? 'ship' : 'skip', 'A long quote. '.repeat(290)),
    );
    const content = anIssue({ comparisons: many(12, () => ({ reviews: panel })) });
    const rendered = await renderIssue(content, aPublication());
    expect(bytesOf(rendered.html)).toBeLessThanOrEqual(htmlBudgetBytes);
    expect(seen(rendered.html)).toContain('Also this week');
    expect(preflight(aPreflight(rendered, content))).toEqual([]);
  });

  test('cuts a 4,000-character quote even when there is space', async () => {
    const reviews = [aReview('builder', 'ship', `${'word '.repeat(799)}end.`)];
    const { html, text } = await render({
      comparisons: [aComparison({ tools: [aTool({ reviews }), aTool({ slug: 'b', name: 'B' })] })],
    });
    expect(html).toContain('Read on</a>');
    expect(text).not.toContain('end.');
  });
});
