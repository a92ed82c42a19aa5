import { Fragment } from 'react';
import type { ReviewVerdict } from '../../src/domain/comparison.ts';
import { light } from '../../src/theme.ts';
import type { Quote, Reading } from './reading.ts';
import { serif, small } from './style.ts';

/** What each reviewer said, after the box score. */
export function Quotes({ reading }: { readonly reading: Reading }) {
  return reading.rows
    .filter((row) => row.quotes.length > 0)
    .map((row) => (
      <Fragment key={row.reviewer}>
        <p dir="auto" style={{ margin: '24px 0 0', fontWeight: 700 }}>
          {row.reviewer}
        </p>
        {row.quotes.map((quote, at) => (
          <QuoteBlock key={quote.tool.label} quote={quote} url={reading.url} first={at === 0} />
        ))}
      </Fragment>
    ));
}

interface QuoteBlockProps {
  readonly quote: Quote;
  readonly url: string;
  readonly first: boolean;
}

function QuoteBlock({ quote, url, first }: QuoteBlockProps) {
  return (
    <>
      <p className="mu" style={{ margin: first ? '2px 0' : '12px 0 2px', ...small }}>
        <Verdict verdict={quote.verdict} /> <span dir="auto">{quote.tool.label}</span>
      </p>
      <p dir="auto" style={serif(16, 25)}>
        <Quoted quote={quote} url={url} />
      </p>
    </>
  );
}

/** The link has no colour of its own where the sheet is dropped: there are up to eighty in an issue. */
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

/** Always the word; the colour only repeats it. */
export function Verdict({ verdict }: { readonly verdict: ReviewVerdict }) {
  return (
    <b className={verdict === 'ship' ? 'sh' : 'sk'} style={{ color: light[verdict] }}>
      {verdict.toUpperCase()}
    </b>
  );
}
