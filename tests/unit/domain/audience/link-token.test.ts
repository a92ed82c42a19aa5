import { describe, expect, it } from 'vitest';
import { tokensIn } from '../../../../src/domain/audience/link-token.ts';

const token = 'Aa0-_Bb1-_Cc2-_Dd3-_Ee';

describe('the tokens in the last part of a link', () => {
  it('are one, if nothing surrounds it', () => {
    expect(tokensIn(token)).toEqual([token]);
  });

  it.each([
    ...[`${token}.`, `${token}>`, `${token})`, `${token},`, `${token}'`, `${token}"`, `${token}”`],
    ...[
      `${token} `,
      `${token}/`,
      `${token}=`,
      `${token}%20`,
      `${token}%`,
      `${token}\u00a0`,
      `${token}&amp;x`,
    ],
    ...[
      `<${token}>`,
      `(${token})`,
      `"${token}"`,
      `_${token}_`,
      `*${token}*`,
      `${token}](https://a.example/)`,
    ],
    ...[`${token}/reply`, `${token}\r\n`, `3D${token}`],
  ])('include the one in %j', (text) => {
    expect(tokensIn(text)).toContain(token);
  });

  it.each(['=', '=\r\n', '=\n', ' ', '\r\n ', '\u200b', '\u00ad'])(
    'include the one that has %j inside',
    (inside) => {
      for (const at of [1, 11, 21])
        expect(tokensIn(`${token.slice(0, at)}${inside}${token.slice(at)}.`)).toContain(token);
    },
  );

  it.each(['', token.slice(0, -4), '%00', '/////', '🙂'.repeat(40)])('are none in %j', (text) => {
    expect(tokensIn(text)).toEqual([]);
  });

  it('are few, however long the text', () => {
    const longText = Array.from({ length: 9_000 }, (_, n) => n.toString(36)).join('');
    expect(tokensIn(longText).length).toBeLessThanOrEqual(40);
  });
});
