import type { ComparisonSummary } from '../../src/domain/wording/issue-summary.ts';
import { Block } from './Block.tsx';
import { Sentence } from './Sentence.tsx';
import { hairline, link, serif, small } from './style.ts';

/** The comparisons for which there was no space in full: pair with link, verdict, prices. */
export function OneLiners({ summaries }: { readonly summaries: readonly ComparisonSummary[] }) {
  return (
    <>
      <h2 style={serif(26, 32, { margin: '30px 0 14px' })}>Also this week</h2>
      {summaries.map((summary) => (
        <OneLiner key={summary.slug} summary={summary} />
      ))}
    </>
  );
}

function OneLiner({ summary }: { readonly summary: ComparisonSummary }) {
  const [a, b] = summary.tools;
  return (
    <Block id={summary.slug} style={{ padding: '10px 0', borderTop: hairline }}>
      <a href={summary.url} style={link}>
        <span dir="auto">{a.name}</span> vs <span dir="auto">{b.name}</span>
      </a>
      <br />
      <b>
        <Sentence text={summary.headline} names={[a.name, b.name]} />
      </b>{' '}
      <span className="mu" style={small}>
        <span dir="auto">{a.entryPrice}</span> / <span dir="auto">{b.entryPrice}</span>
      </span>
    </Block>
  );
}
