import type { CSSProperties } from 'react';
import type { ComparisonSummary } from '../../src/domain/wording/issue-summary.ts';
import { Sentence } from './Sentence.tsx';
import { None, SplitRow } from './SplitRow.tsx';
import { fromBottom, fromTop, hairline, label, openSide, openValue, rule, side, value } from './style.ts';

const head: CSSProperties = { padding: '0 0 7px 6px', borderBottom: rule, lineHeight: '18px' };
const corner: CSSProperties = { padding: '0 0 7px', borderBottom: rule, width: '29%' };
const note: CSSProperties = { padding: '0 0 9px', borderBottom: hairline };
const title: CSSProperties = { ...label, padding: '26px 0 3px', fontWeight: 400 };

/** The longest word of either name must fit unbroken into a column of 90 px. */
function headSize(names: readonly string[]): number {
  const longest = Math.max(...names.flatMap((name) => name.split(' ')).map((word) => [...word].length));
  return longest < 12 ? 13 : longest < 14 ? 12 : 11;
}

/**
 * One table with a column per tool, so that readers compare down the page: the facts, the pricing read under the
 * prices, then the reviewer split with a row per reviewer.
 */
export function BoxScore({ summary }: { readonly summary: ComparisonSummary }) {
  const names = summary.tools.map((tool) => tool.label);
  const [a, b] = summary.tools;
  return (
    <table
      width="100%"
      cellPadding="0"
      cellSpacing="0"
      style={{ tableLayout: 'fixed', margin: '26px 0 0', fontVariantNumeric: 'tabular-nums' }}
    >
      <thead>
        <tr {...fromBottom}>
          <td className="hv" style={corner} />
          {summary.tools.map((tool, at) => (
            <th
              key={at === 0 ? 'first' : 'second'}
              scope="col"
              align="right"
              dir="auto"
              className="hv"
              style={{ ...head, fontSize: headSize(names) }}
            >
              {tool.label}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        <FactRow name="Panel ship" values={[a.panel, b.panel]} />
        <FactRow name="Community" values={[a.community, b.community]} />
        <FactRow name="Entry price" values={[a.entryPrice, b.entryPrice]} open />
        <tr>
          <td colSpan={3} style={note}>
            <Sentence text={summary.pricingRead} names={names} />
          </td>
        </tr>
      </tbody>
      <tbody>
        <tr>
          <th scope="rowgroup" colSpan={3} align="left" className="mu" style={title}>
            Reviewer split
          </th>
        </tr>
        <tr>
          <td colSpan={3} style={note}>
            <Sentence text={summary.splitSummary} names={names} />
          </td>
        </tr>
        {summary.rows.map((row) => (
          <SplitRow key={row.reviewer} row={row} summary={summary} />
        ))}
      </tbody>
    </table>
  );
}

interface FactRowProps {
  readonly name: string;
  readonly values: readonly [string, string];
  readonly open?: boolean;
}

function FactRow({ name, values, open = false }: FactRowProps) {
  return (
    <tr {...fromTop}>
      <th scope="row" align="left" style={open ? openSide : side}>
        {name}
      </th>
      {values.map((words, at) => (
        <td key={at === 0 ? 'first' : 'second'} style={open ? openValue : value}>
          {words === '—' ? <None /> : <b>{words}</b>}
        </td>
      ))}
    </tr>
  );
}
