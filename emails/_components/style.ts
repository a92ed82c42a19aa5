import type { CSSProperties } from 'react';
import { font, light } from '../../src/theme.ts';

/*
 * Size, colour and line breaking are set once on the page's cell and inherited. Outlook's Word engine does not inherit
 * into tables and gets them from its own style sheet (Doc.tsx). Styles that repeat per quote or cell are short, because
 * they make up most of an issue's bytes.
 */

export const base: CSSProperties = {
  fontFamily: font.sans,
  fontSize: 15,
  lineHeight: '23px',
  color: light.ink,
  overflowWrap: 'anywhere',
  wordBreak: 'break-word',
};

export const small: CSSProperties = { fontSize: 13, lineHeight: '20px', color: light.muted };

const caps: CSSProperties = { color: light.muted, letterSpacing: '1px', textTransform: 'uppercase' };

/** Spaced capitals: for a word or two, never for a sentence. */
export const label: CSSProperties = { fontSize: 12, lineHeight: '18px', ...caps };

/** The same within serif type; not broken if it moves to the next line. The short font stack saves bytes. */
export const labelInSerif: CSSProperties = {
  font: '12px/18px Arial,sans-serif',
  ...caps,
  display: 'inline-block',
};

export const serif = (size: number, line: number, more: CSSProperties = {}): CSSProperties => ({
  margin: 0,
  font: `${size}px/${line}px ${font.serif}`,
  ...more,
});

/** Ink-coloured; every client underlines links by itself. */
export const link: CSSProperties = { color: light.ink };

export const hairline = `1px solid ${light.hairline}`;
export const rule = `1px solid ${light.ink}`;
export const heavyRule = `3px solid ${light.ink}`;

const sidePadding: CSSProperties = { padding: '9px 0', fontSize: 14, fontWeight: 400 };
const valuePadding: CSSProperties = { padding: '9px 0 9px 6px' };

/** The first cell of a row in the box score, and the two value cells. */
export const side: CSSProperties = { ...sidePadding, borderBottom: hairline };
export const value: CSSProperties = { ...valuePadding, borderBottom: hairline };

/** The same without a line to the row below, which belongs to this one. */
export const openSide = sidePadding;
export const openValue = valuePadding;

/** Alignment of a whole row. Spread, because React's types do not know these attributes of <tr>. */
export const fromTop = { align: 'right', valign: 'top' };
export const fromBottom = { align: 'right', valign: 'bottom' };
