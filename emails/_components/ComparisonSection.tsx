import type { ComparisonSummary } from '../../src/domain/wording/issue-summary.ts';
import { light } from '../../src/theme.ts';
import { Block } from './Block.tsx';
import { BoxScore } from './BoxScore.tsx';
import { Descriptions } from './Descriptions.tsx';
import { Quotes } from './Quotes.tsx';
import { Sentence } from './Sentence.tsx';
import { link, rule, serif } from './style.ts';
import { ToolLine } from './ToolLine.tsx';

interface ComparisonSectionProps {
  readonly summary: ComparisonSummary;
  readonly lead: boolean;
}

/** Longer headlines (long tool names) are set smaller. */
const longHeadline = 40;

/**
 * One comparison: the verdict, who plays, the box score, then the words. The id is where archive links point and how
 * preflight finds it. The lead is shown in full; the others have no descriptions and only the beginning of their quotes.
 */
export function ComparisonSection({ summary, lead }: ComparisonSectionProps) {
  const [a, b] = summary.tools;
  const names = [a.name, b.name, a.label, b.label];
  const [size, line] =
    summary.headline.length > longHeadline
      ? ([24, 30] as const)
      : lead
        ? ([42, 47] as const)
        : ([30, 36] as const);
  return (
    <Block
      id={summary.slug}
      className="hv"
      style={lead ? { padding: '30px 0 0' } : { padding: '30px 0 0', borderTop: rule }}
    >
      <h2 style={serif(size, line)}>
        <span className="mu" style={{ fontSize: 17, lineHeight: '26px', color: light.muted }}>
          <span dir="auto">{a.label}</span> vs <span dir="auto">{b.label}</span>
        </span>
        <br />
        <Sentence text={summary.headline} names={names} />
      </h2>
      <ToolLine tool={a} />
      <ToolLine tool={b} />
      <BoxScore summary={summary} />
      <Descriptions tools={summary.tools} />
      <Quotes summary={summary} />
      <p style={{ margin: '26px 0 40px' }}>
        <a href={summary.url} style={link}>
          <b>{summary.linkText}</b>
        </a>
      </p>
    </Block>
  );
}
