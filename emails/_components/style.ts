import type { CSSProperties } from 'react';
import { font, light } from '../../src/theme.ts';

/*
 * Size, colour and line breaking are set once on the page's cell and inherited; Word, which does not inherit
 * into tables, gets them from its own sheet (Doc.tsx). What repeats per quote or cell is kept short: these
 * strings are most of an issue's bytes.
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

/** Small capitals by spacing: for a word or two, never a sentence. */
export const label: CSSProperties = { fontSize: 12, lineHeight: '18px', ...caps };

/** The same within serif, kept whole where it does not fit beside what it labels; the short stack saves bytes. */
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

/** Underlined by default everywhere; said where it must not be lost. */
export const link: CSSProperties = { color: light.ink };

export const hairline = `1px solid ${light.hairline}`;
export const rule = `1px solid ${light.ink}`;
export const heavyRule = `3px solid ${light.ink}`;

const sidePadding: CSSProperties = { padding: '9px 0', fontSize: 14, fontWeight: 400 };
const valuePadding: CSSProperties = { padding: '9px 0 9px 6px' };

/** The first cell of a row of the box score, and the two after it. */
export const side: CSSProperties = { ...sidePadding, borderBottom: hairline };
export const value: CSSProperties = { ...valuePadding, borderBottom: hairline };

/** The same where the row goes on in the next, without a line between them. */
export const openSide = sidePadding;
export const openValue = valuePadding;

/** For a whole row at once; React's types do not know these attributes of <tr>. */
export const fromTop = { align: 'right', valign: 'top' };
export const fromBottom = { align: 'right', valign: 'bottom' };
