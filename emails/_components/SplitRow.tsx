import type { CSSProperties } from 'react';
import type { ComparisonSummary } from '../../src/domain/wording/issue-summary.ts';
import type { Cell, ReviewerRow } from '../../src/domain/wording/reviewer-rows.ts';
import { light } from '../../src/theme.ts';
import { Quoted, Verdict } from './Quotes.tsx';
import { fromTop, hairline, openSide, openValue, serif, side, value } from './style.ts';

interface SplitRowProps {
  readonly row: ReviewerRow;
  readonly summary: ComparisonSummary;
}

/** One reviewer's verdicts. A word marks those who break ranks; the pull quote appears under its row. */
export function SplitRow({ row, summary }: SplitRowProps) {
  const [sideStyle, valueStyle] = row.pullQuote === null ? [side, value] : [openSide, openValue];
  return (
    <>
      <tr {...fromTop}>
        <th
          scope="row"
          align="left"
          dir="auto"
          style={row.differs ? { ...sideStyle, fontWeight: 700 } : sideStyle}
        >
          {row.reviewer}
          {row.differs && <Mark word="splits" />}
        </th>
        {row.cells.map((cell, at) => (
          <VerdictCell key={at === 0 ? 'first' : 'second'} cell={cell} style={valueStyle} />
        ))}
      </tr>
      {row.pullQuote !== null && (
        <tr>
          <td
            colSpan={3}
            dir="auto"
            style={serif(19, 28, { padding: '2px 0 16px', fontStyle: 'italic', borderBottom: hairline })}
          >
            <Quoted quote={row.pullQuote} url={summary.url} />
          </td>
        </tr>
      )}
    </>
  );
}

function Mark({ word }: { readonly word: string }) {
  return (
    <>
      <br />
      <span className="mu" style={{ fontSize: 12, fontWeight: 400, color: light.muted }}>
        {word}
      </span>
    </>
  );
}

function VerdictCell({ cell, style }: { readonly cell: Cell; readonly style: CSSProperties }) {
  return (
    <td style={style}>
      {cell.verdict === null ? <None /> : <Verdict verdict={cell.verdict} />}
      {cell.alone && <Mark word="alone" />}
    </td>
  );
}

/** No votes or no review, in neither green nor red. */
export function None() {
  return (
    <span className="mu" style={{ color: light.muted }}>
      —
    </span>
  );
}
