import type { IssueContent } from '../../../src/domain/issue/issue.ts';
import { aComparison, anIssue, aReview, aTool, panel } from './fixtures.ts';

export const oddWords = {
  markup: '<b>bold</b> <script>alert(1)</script> & &amp; "quoted" \'single\'',
  braces: 'Dear {{{READER}}}, {{name}}, {{{{{EMAIL}}}}} %%token%% *|MERGE|*',
  rightToLeft: 'מילים בעברית 🦉 و كلمات عربية',
  emoji: '👩‍👩‍👧‍👦🎉🏳️‍🌈',
  oneWord: 'N'.repeat(300),
  manyWords: 'A name of many words that goes on and on '.repeat(7).trim(),
};

/** A week of unusual content: odd text everywhere, no reviews, no votes, forty reviewers. */
export function oddWeek(): IssueContent {
  const { markup, braces, rightToLeft, emoji, oneWord, manyWords } = oddWords;
  const odd = (words: string, slug: string) =>
    aTool({
      slug,
      name: words,
      category: words,
      tagline: words,
      description: words,
      entryPrice: words.slice(0, 60),
      reviews: [...panel('ship skip ship'), aReview('odd-one', 'skip', words)],
    });
  const forty = (dissent: 'ship' | 'skip') =>
    Array.from({ length: 40 }, (_, at) => aReview(`reviewer-number-${at}`, at % 7 ? 'ship' : dissent));
  return anIssue({
    subject: `Odd: ${markup}`,
    preheader: braces,
    intro: `${markup}\n\n${rightToLeft}`,
    comparisons: [
      aComparison({ slug: 'markup', tools: [odd(markup, 'a'), odd(braces, 'b')] }),
      aComparison({ slug: 'turned', tools: [odd(rightToLeft, 'a'), odd(emoji, 'b')] }),
      aComparison({ slug: 'long', tools: [odd(oneWord, 'a'), odd(manyWords, 'b')] }),
      aComparison({
        slug: 'empty',
        tools: [
          aTool({ reviews: [], communityVotes: null, url: null, tagline: '', description: '' }),
          aTool({ slug: 'b', name: 'Other', reviews: [], communityVotes: { ship: 0, skip: 0 } }),
        ],
      }),
      aComparison({
        slug: 'forty',
        tools: [
          aTool({ reviews: forty('skip') }),
          aTool({ slug: 'b', name: 'Lintel', reviews: forty('ship') }),
        ],
      }),
    ],
  });
}
