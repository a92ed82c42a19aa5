import { paragraphsOf } from '../../src/domain/text.ts';
import { Block } from './Block.tsx';
import { hairline, heavyRule, label, serif } from './style.ts';

interface MastheadProps {
  readonly name: string;
  readonly issueLine: string;
}

export function Masthead({ name, issueLine }: MastheadProps) {
  return (
    <>
      <Block className="hv" style={{ padding: '14px 0 0', borderTop: heavyRule }}>
        <h1 dir="auto" style={serif(22, 28)}>
          {name}
        </h1>
      </Block>
      <Block className="mu" style={{ ...label, padding: '6px 0 12px', borderBottom: hairline }}>
        {issueLine}
      </Block>
    </>
  );
}

/** The editor's introduction. */
export function Intro({ text }: { readonly text: string }) {
  return paragraphsOf(text).map((paragraph) => (
    <p key={paragraph} dir="auto" style={{ margin: '18px 0 0', fontSize: 16, lineHeight: '25px' }}>
      {paragraph}
    </p>
  ));
}
