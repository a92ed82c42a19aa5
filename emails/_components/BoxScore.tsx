import type { CSSProperties, ReactNode } from 'react';
import { light } from '../../src/theme.ts';
import { Quoted, Verdict } from './Quotes.tsx';
import type { Cell, Reading, RowReading, ToolReading } from './reading.ts';
import { hairline, label, rule, serif } from './style.ts';

interface GridProps {
  readonly title: string;
  readonly tools: readonly [ToolReading, ToolReading];
  readonly children: ReactNode;
}

const head: CSSProperties = { padding: '0 0 7px 8px', borderBottom: rule, fontSize: 13, lineHeight: '18px' };
const side: CSSProperties = { padding: '9px 0', borderBottom: hairline, fontWeight: 400 };
const value: CSSProperties = { padding: '9px 0 9px 8px', borderBottom: hairline };

/** Would break within the word on a narrow phone. */
const longWord = /\S{12,}/;

/** For a whole row at once; React's types do not know these attributes of <tr>. */
const fromTop = { align: 'right', valign: 'top' };
const fromBottom = { align: 'right', valign: 'bottom' };

/** Both tables have the same columns, so that the eye compares down the page. */
function Grid({ title, tools, children }: GridProps) {
  return (
    <table
      className="fg"
      width="100%"
      cellPadding="0"
      cellSpacing="0"
      style={{ tableLayout: 'fixed', margin: '26px 0 0', fontVariantNumeric: 'tabular-nums' }}
    >
      <thead>
        <tr {...fromBottom}>
          <th
            scope="col"
            align="left"
            className="mu hv"
            style={{ ...head, ...label, padding: '0 0 7px', width: '32%', fontWeight: 400 }}
          >
            {title}
          </th>
          {tools.map((tool, at) => (
            <th
              key={at === 0 ? 'first' : 'second'}
              scope="col"
              align="right"
              dir="auto"
              className="hv"
              style={longWord.test(tool.label) ? { ...head, fontSize: 12 } : head}
            >
              {tool.label}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  );
}

export function Facts({ reading }: { readonly reading: Reading }) {
  const [a, b] = reading.tools;
  const lines = [
    ['Panel ship', a.panel, b.panel],
    ['Community', a.community, b.community],
    ['Entry price', a.entryPrice, b.entryPrice],
  ] as const;
  return (
    <Grid title="Facts" tools={reading.tools}>
      {lines.map(([name, first, second]) => (
        <tr key={name} {...fromTop}>
          <th scope="row" align="left" style={side}>
            {name}
          </th>
          <td style={value}>{first}</td>
          <td style={value}>{second}</td>
        </tr>
      ))}
    </Grid>
  );
}

/** The signature: one row a reviewer, one column a tool; who breaks ranks is marked with a word. */
export function Split({ reading }: { readonly reading: Reading }) {
  return (
    <Grid title="Reviewer split" tools={reading.tools}>
      {reading.rows.map((row) => (
        <SplitRow key={row.reviewer} row={row} url={reading.url} />
      ))}
    </Grid>
  );
}

function SplitRow({ row, url }: { readonly row: RowReading; readonly url: string }) {
  const open: CSSProperties = row.sharpest === null ? {} : { borderBottom: 0 };
  const weight: CSSProperties = row.differs ? { fontWeight: 700 } : {};
  return (
    <>
      <tr {...fromTop}>
        <th scope="row" align="left" dir="auto" style={{ ...side, ...open, ...weight }}>
          {row.reviewer}
          {row.differs && <Mark word="splits" />}
        </th>
        {row.cells.map((cell, at) => (
          <VerdictCell key={at === 0 ? 'first' : 'second'} cell={cell} style={{ ...value, ...open }} />
        ))}
      </tr>
      {row.sharpest !== null && (
        <tr>
          <td
            colSpan={3}
            dir="auto"
            style={serif(19, 28, { padding: '2px 0 16px', fontStyle: 'italic', borderBottom: hairline })}
          >
            <Quoted quote={row.sharpest} url={url} />
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
      <small className="mu" style={{ color: light.muted, fontWeight: 400 }}>
        {word}
      </small>
    </>
  );
}

function VerdictCell({ cell, style }: { readonly cell: Cell; readonly style: CSSProperties }) {
  return (
    <td style={style}>
      {cell.verdict === null ? (
        <span className="mu" style={{ color: light.muted }}>
          —
        </span>
      ) : (
        <Verdict verdict={cell.verdict} />
      )}
      {cell.alone && <Mark word="alone" />}
    </td>
  );
}
