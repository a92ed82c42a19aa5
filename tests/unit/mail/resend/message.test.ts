import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseEmailAddress } from '../../../../src/domain/audience/email-address.ts';
import { redactedReason } from '../../../../src/mail/resend/message.ts';

describe('a redacted error message', () => {
  it.each([
    ['Invalid to: ada@reader.example', 'Invalid to: [address]'],
    ['Ada <ada@reader.example>, `bob+x@b.example`;', 'Ada <[address]>, `[address]`;'],
    ['"ada lovelace"@reader.example is bad', '[address] is bad'],
    ['ada%40reader.example', '[address]'],
    ['{"email":"ada@bücher.example"}', '{"email":"[address]"}'],
    ['two\nlines\u2028three\u0000', 'two lines three'],
    ['no address here', 'no address here'],
  ])('%j', (message, redacted) => expect(redactedReason(message)).toBe(redacted));

  it('has at most 300 characters, none of them cut in half', () => {
    expect(redactedReason('x'.repeat(1_000)).length).toBe(300);
    expect(redactedReason(`${'x'.repeat(298)}😀 and more`).isWellFormed()).toBe(true);
  });

  it('never contains an address', () => {
    fc.assert(
      fc.property(fc.emailAddress(), fc.string(), fc.string(), (address, before, after) => {
        fc.pre(typeof parseEmailAddress(address) === 'string');
        expect(redactedReason(`${before} ${address} ${after}`)).not.toContain(address);
      }),
    );
  });
});
