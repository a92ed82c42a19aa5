import type { Reading } from '../../src/domain/wording/issue.ts';
import { Block } from './Block.tsx';
import { Sentence } from './Sentence.tsx';
import { hairline, link, serif, small } from './style.ts';

/** The comparisons that did not fit in full: pair, verdict, prices, link. */
export function ShortRows({ readings }: { readonly readings: readonly Reading[] }) {
  return (
    <>
      <h2 style={serif(26, 32, { margin: '30px 0 14px' })}>Also this week</h2>
      {readings.map((reading) => (
        <ShortRow key={reading.slug} reading={reading} />
      ))}
    </>
  );
}

function ShortRow({ reading }: { readonly reading: Reading }) {
  const [a, b] = reading.tools;
  return (
    <Block id={reading.slug} style={{ padding: '10px 0', borderTop: hairline }}>
      <a href={reading.url} style={link}>
        <span dir="auto">{a.name}</span> vs <span dir="auto">{b.name}</span>
      </a>
      <br />
      <b>
        <Sentence text={reading.headline} names={[a.name, b.name]} />
      </b>{' '}
      <span className="mu" style={small}>
        <span dir="auto">{a.entryPrice}</span> / <span dir="auto">{b.entryPrice}</span>
      </span>
    </Block>
  );
}
