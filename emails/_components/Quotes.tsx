import { Fragment } from 'react';
import type { ReviewVerdict } from '../../src/domain/comparison/comparison.ts';
import type { ComparisonSummary } from '../../src/domain/wording/issue-summary.ts';
import type { Quote } from '../../src/domain/wording/reviewer-rows.ts';
import { light } from '../../src/theme.ts';
import { serif, small } from './style.ts';

/** The quotes of each reviewer, below the box score. */
export function Quotes({ summary }: { readonly summary: ComparisonSummary }) {
  return summary.rows
    .filter((row) => row.quotes.length > 0)
    .map((row) => (
      <Fragment key={row.reviewer}>
        <p style={{ margin: '24px 0 0' }}>
          <b dir="auto">{row.reviewer}</b>
          {row.quotes.length === 1 && (
            <>
              {' \u2002'}
              {row.quotes.map((quote) => (
                <Judged key={quote.tool.label} quote={quote} />
              ))}
            </>
          )}
        </p>
        {row.quotes.map((quote, at) => (
          <Fragment key={at === 0 ? 'first' : 'second'}>
            {row.quotes.length > 1 && (
              <p style={{ margin: at === 0 ? '2px 0' : '12px 0 2px' }}>
                <Judged quote={quote} />
              </p>
            )}
            <p dir="auto" style={serif(16, 25)}>
              <Quoted quote={quote} url={summary.url} />
            </p>
          </Fragment>
        ))}
      </Fragment>
    ));
}

function Judged({ quote }: { readonly quote: Quote }) {
  return (
    <span className="mu" style={small}>
      <Verdict verdict={quote.verdict} /> <span dir="auto">{quote.tool.label}</span>
    </span>
  );
}

/** The link has no inline colour, to save bytes: an issue can have eighty of them. */
export function Quoted({ quote, url }: { readonly quote: Quote; readonly url: string }) {
  return (
    <>
      {`“${quote.text}”`}
      {quote.cut && (
        <>
          {' '}
          <a href={url}>Read on</a>
        </>
      )}
    </>
  );
}

/** The word carries the meaning; the colour only repeats it. */
export function Verdict({ verdict }: { readonly verdict: ReviewVerdict }) {
  return (
    <b className={verdict === 'ship' ? 'sh' : 'sk'} style={{ color: light[verdict] }}>
      {verdict.toUpperCase()}
    </b>
  );
}
