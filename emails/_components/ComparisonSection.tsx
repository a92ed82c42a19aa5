import type { ComparisonSummary } from '../../src/domain/wording/issue-summary.ts';
import type { ToolSummary } from '../../src/domain/wording/tool-summary.ts';
import { light } from '../../src/theme.ts';
import { Block } from './Block.tsx';
import { BoxScore } from './BoxScore.tsx';
import { Quotes } from './Quotes.tsx';
import { Sentence } from './Sentence.tsx';
import { labelInSerif, link, rule, serif } from './style.ts';

interface ComparisonSectionProps {
  readonly summary: ComparisonSummary;
  readonly lead: boolean;
}

/** A longer headline, one with long tool names, is set smaller. */
const longHeadline = 40;

/**
 * One comparison: verdict, tools, box score, descriptions, quotes, link. Links in the archive point to its id, and
 * preflight finds it by the id. The lead is shown in full; the others have no descriptions and only the beginning of
 * their quotes.
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

/** Name, category and tagline in two lines, so that the box score follows at once. */
function ToolLine({ tool }: { readonly tool: ToolSummary }) {
  return (
    <>
      <h3 dir="auto" style={serif(19, 26, { margin: '16px 0 0' })}>
        {tool.url === null ? (
          tool.name
        ) : (
          <a href={tool.url} style={link}>
            {tool.name}
          </a>
        )}
        {tool.category !== '' && (
          <>
            {'\u00a0\u00a0 '}
            <span className="mu" style={labelInSerif}>
              {tool.category}
            </span>
          </>
        )}
      </h3>
      {tool.tagline !== '' && (
        <p dir="auto" style={serif(16, 24, { fontStyle: 'italic' })}>
          {tool.tagline}
        </p>
      )}
    </>
  );
}

function Descriptions({ tools }: { readonly tools: readonly ToolSummary[] }) {
  return tools
    .filter((tool) => tool.description !== '')
    .map((tool, at) => (
      <p
        key={at === 0 ? 'first' : 'second'}
        dir="auto"
        style={{ margin: at === 0 ? '26px 0 0' : '14px 0 0' }}
      >
        {tool.description}
      </p>
    ));
}
