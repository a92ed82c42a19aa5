import { describe, expect, test } from 'vitest';
import type { Review } from '../../../../src/domain/comparison/comparison.ts';
import { reviewerSplit } from '../../../../src/domain/comparison/reviewer-split.ts';
import { longestBriefQuote, longestPullQuote, longestQuote } from '../../../../src/domain/wording/detail.ts';
import {
  describeReviewers,
  type Quote,
  type ReviewerRow,
} from '../../../../src/domain/wording/reviewer-rows.ts';
import { describeTool } from '../../../../src/domain/wording/tool-summary.ts';
import { pairOf, panel } from '../../../support/content/fixtures.ts';

type Write = (review: Review, tool: string) => string;

interface Options {
  readonly isLead?: boolean;
  readonly quoteLength?: number;
  readonly write?: Write;
}

/** The rows of A and B, each with these verdicts; by default each quote names the reviewer and the tool. */
function rowsOf(a: string, b: string, options: Options = {}): readonly ReviewerRow[] {
  const { isLead = true, quoteLength = isLead ? longestQuote : longestBriefQuote, write = naming } = options;
  const reviews = (verdicts: string, tool: string) =>
    panel(verdicts).map((review) => ({ ...review, quote: write(review, tool) }));
  const pair = pairOf({ reviews: reviews(a, 'A') }, { reviews: reviews(b, 'B') });
  const [first, second] = pair.tools;
  const tools = [describeTool(first, isLead), describeTool(second, isLead)] as const;
  return describeReviewers(reviewerSplit(pair), tools, quoteLength, isLead);
}

const naming: Write = ({ reviewer }, tool) => `${reviewer} on ${tool}`;
const textOf = (quote: Quote | null | undefined) => quote?.text ?? null;
const textsOf = (rows: readonly ReviewerRow[]) => rows.map((row) => row.quotes.map(({ text }) => text));
/** The rows with a pull quote, as "reviewer: quote". */
const pulled = (rows: readonly ReviewerRow[]) =>
  rows.flatMap((row) => (row.pullQuote === null ? [] : [`${row.reviewer}: ${row.pullQuote.text}`]));

describe('a row', () => {
  test('shows both verdicts of a reviewer, whether they differ and where they stand alone', () => {
    const rows = rowsOf('ship ship skip', 'ship skip -');
    expect(rows.map(({ reviewer, differs, cells }) => ({ reviewer, differs, cells }))).toEqual([
      {
        reviewer: 'The Builder',
        differs: false,
        cells: [
          { verdict: 'ship', alone: false },
          { verdict: 'ship', alone: false },
        ],
      },
      {
        reviewer: 'The Skeptic',
        differs: true,
        cells: [
          { verdict: 'ship', alone: false },
          { verdict: 'skip', alone: false },
        ],
      },
      {
        reviewer: 'The Founder',
        differs: false,
        cells: [
          { verdict: 'skip', alone: true },
          { verdict: null, alone: false },
        ],
      },
    ]);
  });

  test('keeps its verdicts where there is no space for quotes', () => {
    for (const isLead of [true, false]) {
      const rows = rowsOf('ship skip', 'ship ship', { isLead, quoteLength: 0 });
      expect(rows.map((row) => row.cells.map(({ verdict }) => verdict))).toEqual([
        ['ship', 'ship'],
        ['skip', 'ship'],
      ]);
      expect([...textsOf(rows).flat(), ...pulled(rows)]).toEqual([]);
    }
  });

  test('has no quote where a reviewer wrote nothing', () => {
    expect(textsOf(rowsOf('ship', 'ship', { write: (_, tool) => (tool === 'A' ? ' \n' : 'Good.') }))).toEqual(
      [['Good.']],
    );
  });
});

describe('the pull quote', () => {
  test.each([
    [
      'a lone dissenter who differs, on the tool where alone',
      'ship ship ship skip',
      'skip skip ship ship',
      'The Futurist: futurist on A',
    ],
    [
      'a lone dissenter who differs, on the other tool',
      'skip skip ship ship',
      'ship ship ship skip',
      'The Futurist: futurist on B',
    ],
    [
      'otherwise of the first who differs, on the tool they skip',
      'ship ship ship skip',
      'ship skip ship skip',
      'The Skeptic: skeptic on B',
    ],
    [
      'the same with the tools swapped',
      'ship skip ship skip',
      'ship ship ship skip',
      'The Skeptic: skeptic on A',
    ],
    [
      'otherwise of the lone dissenter',
      'ship ship ship skip',
      'ship ship ship',
      'The Futurist: futurist on A',
    ],
    ['the same on the other tool', 'ship ship ship', 'ship ship ship skip', 'The Futurist: futurist on B'],
    ['a lone supporter, on the tool where alone', 'ship skip skip', 'ship', 'The Builder: builder on A'],
  ])('is of %s', (_, a, b, quote) => {
    for (const isLead of [true, false]) expect(pulled(rowsOf(a, b, { isLead }))).toEqual([quote]);
  });

  test('is missing where nobody breaks ranks', () => {
    expect(pulled(rowsOf('ship ship', 'ship ship'))).toEqual([]);
  });

  test('is not listed again below its row', () => {
    expect(textsOf(rowsOf('ship ship', 'ship skip'))).toEqual([
      ['builder on A', 'builder on B'],
      ['skeptic on A'],
    ]);
  });

  test('names its tool and verdict', () => {
    expect(rowsOf('ship', 'skip')[0]?.pullQuote).toMatchObject({
      tool: { name: 'B' },
      verdict: 'skip',
      cut: false,
    });
  });

  test('that is long is cut in the lead, and repeated in full below without a link to the rest', () => {
    const long = 'word '.repeat(longestPullQuote / 4).trim();
    const [row] = rowsOf('ship', 'skip', { write: () => long });
    expect(textOf(row?.pullQuote)?.length).toBeLessThanOrEqual(longestPullQuote);
    expect(textOf(row?.pullQuote)).toMatch(/word…$/);
    expect(row?.pullQuote?.cut).toBe(false);
    expect(row?.quotes.map(({ text, cut }) => [text, cut])).toEqual([
      [long, false],
      [long, false],
    ]);
  });

  test('that the budget has cut keeps its link to the rest', () => {
    const [row] = rowsOf('ship', 'skip', { quoteLength: 20, write: () => 'word '.repeat(30) });
    expect(row?.pullQuote).toMatchObject({ text: 'word word word word…', cut: true });
    expect(row?.quotes.map(({ text, cut }) => [text, cut])).toEqual([['word word word word…', true]]);
  });

  test('in a brief comparison may have twice the length of a quote, but no more than in the lead', () => {
    const rest: Options = { isLead: false, write: () => 'x '.repeat(500) };
    const lengthAt = (quoteLength: number) =>
      textOf(rowsOf('ship', 'skip', { ...rest, quoteLength })[0]?.pullQuote)?.length;
    expect(lengthAt(20)).toBe(40);
    expect(lengthAt(120)).toBe(longestPullQuote);
    expect(lengthAt(180)).toBe(longestPullQuote);
    expect(rowsOf('ship', 'skip', rest)[0]).toMatchObject({ pullQuote: { cut: true }, quotes: [] });
  });
});

describe('the quotes', () => {
  test('in the lead are all that were written', () => {
    expect(textsOf(rowsOf('ship ship - ship ship ship', 'ship - ship ship ship ship'))).toEqual([
      ['builder on A', 'builder on B'],
      ['skeptic on A'],
      ['futurist on A', 'futurist on B'],
      ['intern on A', 'intern on B'],
      ['data-engineer on A', 'data-engineer on B'],
      ['founder on B'],
    ]);
  });

  test('are cut to the length for quotes', () => {
    const [row] = rowsOf('ship', 'ship', { quoteLength: 20, write: () => 'word '.repeat(30) });
    expect(row?.quotes[0]).toMatchObject({ text: 'word word word word…', cut: true, verdict: 'ship' });
  });

  test('in a brief comparison are one for each reviewer: what they warn against, otherwise their first', () => {
    expect(textsOf(rowsOf('ship skip skip', 'ship skip ship', { isLead: false }))).toEqual([
      ['builder on A'],
      ['skeptic on A'],
      [],
    ]);
    expect(textsOf(rowsOf('ship ship skip', 'skip skip ship', { isLead: false }))).toEqual([
      ['builder on B'],
      ['skeptic on B'],
      [],
    ]);
  });

  test('in a brief comparison are no longer where the pull quote is missing', () => {
    const write: Write = (_, tool) => (tool === 'B' ? ' ' : 'x '.repeat(500));
    const [row] = rowsOf('ship', 'skip', { isLead: false, write });
    expect(row?.pullQuote).toBeNull();
    expect(row?.quotes.map(({ text }) => text.length)).toEqual([longestBriefQuote]);
  });

  test('in a brief comparison are of four reviewers, those who break ranks most first, in their usual places', () => {
    const rows = rowsOf('ship ship ship ship ship skip', 'ship ship ship ship skip skip', { isLead: false });
    expect(pulled(rows)).toEqual(['Intern: intern on B']);
    expect(textsOf(rows)).toEqual([['builder on A'], ['skeptic on A'], [], [], [], ['data-engineer on A']]);
  });

  test('in a brief comparison are of one who differs and stands alone before one who only differs', () => {
    const rows = rowsOf('ship ship ship ship ship skip', 'skip skip skip skip ship ship', { isLead: false });
    expect(pulled(rows)).toEqual(['Data Engineer: data-engineer on A']);
    expect(textsOf(rows)).toEqual([['builder on B'], ['skeptic on B'], ['founder on B'], [], [], []]);
  });
});
