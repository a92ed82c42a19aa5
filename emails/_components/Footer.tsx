import type { Links, Publication } from '../../src/domain/issue/publication.ts';
import { Block } from './Block.tsx';
import { link, rule, small } from './style.ts';

interface FooterProps {
  readonly publication: Publication;
  readonly links: Links;
}

export function Footer({ publication, links }: FooterProps) {
  const muted = { ...link, color: small.color };
  return (
    <Block className="mu hv" style={{ ...small, padding: '14px 0 0', borderTop: rule }}>
      {`You get this because you confirmed your subscription to ${publication.name}.`}
      <br />
      <a href={links.unsubscribe} className="mu" style={muted}>
        Unsubscribe
      </a>
      {' · '}
      <a href={links.preferences} className="mu" style={muted}>
        Preferences
      </a>
      {' · '}
      <a href={links.web} className="mu" style={muted}>
        Read on the web
      </a>
      {publication.siteUrl !== null && (
        <>
          {' · '}
          <a href={publication.siteUrl} className="mu" style={muted}>
            All comparisons
          </a>
        </>
      )}
      {publication.postalAddress !== null && (
        <>
          <br />
          {publication.postalAddress}
        </>
      )}
    </Block>
  );
}
