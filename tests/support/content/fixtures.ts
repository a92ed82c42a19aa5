import type { Comparison, Review, ReviewVerdict, Tool } from '../../../src/domain/comparison/comparison.ts';
import { defaultPreheader, defaultSubject, type IssueContent } from '../../../src/domain/issue/issue.ts';
import type { Publication } from '../../../src/domain/issue/publication.ts';
import type { Envelope, Recipient, RenderedIssue } from '../../../src/domain/issue/rendered-issue.ts';
import type { PreflightFacts, PreflightInput } from '../../../src/preflight/preflight.ts';
import { issueHeaders } from '../../../src/render/headers.ts';

export const aReview = (
  reviewer = 'builder',
  verdict: ReviewVerdict = 'ship',
  quote = 'It does what it says.',
): Review => ({ reviewer, verdict, quote });

const reviewers = ['builder', 'skeptic', 'founder', 'futurist', 'intern', 'data-engineer'];

/**
 * Reviews by the usual reviewers in their order, each with a quote of this many words: `panel('ship skip - ship')`.
 * A reviewer with `-` has not reviewed.
 */
export const panel = (verdicts = 'ship ship ship skip', words = 12): Review[] =>
  verdicts
    .split(' ')
    .map((verdict, index) =>
      aReview(
        reviewers[index] ?? `reviewer-${index}`,
        verdict as ReviewVerdict,
        `${sentence(words, index)}.`,
      ),
    )
    .filter(({ verdict }) => verdict === 'ship' || verdict === 'skip');

const bank = 'It answers quickly on a slow line and keeps its promises while the bill stays small'.split(' ');
const sentence = (words: number, from: number) =>
  Array.from({ length: words }, (_, index) => bank[(index + from) % bank.length]).join(' ');

export const aTool = (tool: Partial<Tool> = {}): Tool => ({
  slug: 'plumb',
  name: 'Plumb',
  category: 'Developer Tools',
  tagline: 'Straight lines without a ruler',
  description: 'Plumb hangs a line from any point. It needs no account.',
  entryPrice: '$20/mo',
  url: 'https://site.example/tools/plumb',
  communityVotes: { ship: 12, skip: 4 },
  reviews: panel(),
  ...tool,
});

/** Plumb against Lintel. */
export const aComparison = (comparison: Partial<Comparison> = {}): Comparison => {
  const slug = comparison.slug ?? 'plumb-vs-lintel';
  return {
    slug,
    url: `https://site.example/compare/${slug}`,
    publishedAt: '2026-11-18T09:00:00Z',
    pricesCheckedAt: '2026-11-18T08:00:00Z',
    tools: [
      aTool(),
      aTool({
        slug: 'lintel',
        name: 'Lintel',
        category: 'Writing',
        tagline: 'Holds up what is above',
        entryPrice: 'Free',
        url: 'https://site.example/tools/lintel',
        communityVotes: null,
        reviews: panel('ship skip skip skip'),
      }),
    ],
    ...comparison,
  };
};

/** A tool with as little as a tool can have. */
export const toolOf = (slug: string, tool: Partial<Tool> = {}): Tool => ({
  slug,
  name: slug.toUpperCase(),
  category: 'Tests',
  tagline: `The tool ${slug}`,
  description: '',
  entryPrice: 'Paid',
  url: null,
  communityVotes: null,
  reviews: [],
  ...tool,
});

/** Two such tools, `a` against `b`. */
export const pairOf = (
  first: Partial<Tool>,
  second: Partial<Tool>,
  comparison: Partial<Comparison> = {},
): Comparison => ({
  slug: 'a-vs-b',
  url: 'https://verdicts.example/compare/a-vs-b',
  publishedAt: '2026-11-18T09:00:00.000Z',
  pricesCheckedAt: null,
  tools: [toolOf('a', first), toolOf('b', second)],
  ...comparison,
});

/** The same with its two tools exchanged. */
export const swapped = (comparison: Comparison): Comparison => ({
  ...comparison,
  tools: [comparison.tools[1], comparison.tools[0]],
});

export const anIssue = (issue: Partial<IssueContent> = {}): IssueContent => {
  const comparisons = issue.comparisons ?? [aComparison()];
  return {
    week: '2026-W47',
    number: 3,
    subject: defaultSubject(comparisons),
    preheader: defaultPreheader(comparisons),
    intro: null,
    comparisons,
    ...issue,
  };
};

export const aPublication = (publication: Partial<Publication> = {}): Publication => ({
  name: 'Weekly Verdicts',
  publicUrl: 'https://news.example',
  siteUrl: 'https://site.example',
  postalAddress: '1 Sample Street, Sampleton',
  ...publication,
});

export const anEnvelope = (
  rendered: Pick<RenderedIssue, 'placeholder'>,
  envelope: Partial<Envelope> = {},
): Envelope => ({
  from: 'Weekly Verdicts <news@news.example>',
  replyTo: null,
  publicUrl: 'https://news.example',
  headers: issueHeaders(aPublication(), rendered.placeholder, null),
  mode: 'inline',
  ...envelope,
});

export const aRecipient = (recipient: Partial<Recipient> = {}): Recipient => ({
  subscriberId: 7,
  email: 'ada@reader.example',
  readerToken: 'Zx9_-aBcDeFgHiJkLmNoPq',
  leaveToken: null,
  ...recipient,
});

export const someFacts = (facts: Partial<PreflightFacts> = {}): PreflightFacts => ({
  confirmedReaders: 100,
  previousAudience: 100,
  earlierWeekOf: {},
  siteChanges: [],
  pairWeekOf: new Map(),
  earlierSubjects: [],
  production: true,
  ...facts,
});

export const aPreflight = (
  rendered: RenderedIssue,
  content: IssueContent,
  facts: Partial<PreflightFacts> = {},
): PreflightInput => ({ rendered, content, envelope: anEnvelope(rendered), facts: someFacts(facts) });
