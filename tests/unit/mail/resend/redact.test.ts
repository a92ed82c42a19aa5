import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseEmailAddress } from '../../../../src/domain/audience/email-address.ts';
import { redact } from '../../../../src/mail/resend/redact.ts';

describe('what is kept of a provider’s words', () => {
  it.each([
    ['Invalid to: ada@reader.example', 'Invalid to: [address]'],
    ['Ada <ada@reader.example>, `bob+x@b.example`;', 'Ada <[address]>, `[address]`;'],
    ['"ada lovelace"@reader.example is bad', '[address] is bad'],
    ['ada%40reader.example', '[address]'],
    ['{"email":"ada@bücher.example"}', '{"email":"[address]"}'],
    ['two\nlines\u2028three\u0000', 'two lines three'],
    ['nothing to hide', 'nothing to hide'],
  ])('%j', (message, kept) => expect(redact(message)).toBe(kept));

  it('is at most 300 characters, none of them cut in two', () => {
    expect(redact('x'.repeat(1_000)).length).toBe(300);
    expect(redact(`${'x'.repeat(298)}😀 and more`).isWellFormed()).toBe(true);
  });

  it('never holds an address, wherever it stands', () => {
    fc.assert(
      fc.property(fc.emailAddress(), fc.string(), fc.string(), (address, before, after) => {
        fc.pre(typeof parseEmailAddress(address) === 'string');
        expect(redact(`${before} ${address} ${after}`)).not.toContain(address);
      }),
    );
  });
});
