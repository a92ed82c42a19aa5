import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseEmailAddress } from '../../../../src/domain/audience/email-address.ts';
import { causeOf, redactedReason } from '../../../../src/mail/resend/message.ts';

describe('a redacted error message', () => {
  it.each([
    ['Invalid to: ada@reader.example', 'Invalid to: [address]'],
    ['Ada <ada@reader.example>, `bob+x@b.example`;', 'Ada <[address]>, `[address]`;'],
    ['"ada lovelace"@reader.example is bad', '[address] is bad'],
    ['ada%40reader.example', '[address]'],
    ['{"email":"ada@bücher.example"}', '{"email":"[address]"}'],
    ['two\r\n\nlines', 'two lines'],
    ['two\nlines\u2028three\u0000', 'two lines three'],
    ['no address here', 'no address here'],
  ])('%j', (message, redacted) => expect(redactedReason(message)).toBe(redacted));

  it('has at most 300 characters, none of them cut in half', () => {
    expect(redactedReason('x'.repeat(1_000)).length).toBe(300);
    expect(redactedReason('x'.repeat(300))).toBe('x'.repeat(300));
    expect(redactedReason(`${'x'.repeat(298)} and more`)).toBe(`${'x'.repeat(298)}…`);
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

describe('the cause of a refusal', () => {
  it.each([
    'Invalid `to` field.',
    "Invalid 'to' field. Use an API key of your own.",
    'The "to" address is on the suppression list of this template.',
    'The recipient opted out.',
    'emails[3].to is not valid',
  ])('is the recipient: %s', (message) => expect(causeOf(message)).toEqual({ about: 'recipient' }));

  it.each([
    ['The `to` and `from` fields must differ.', 'MAIL_FROM'],
    ['Either `to` or `reply_to` is not valid.', 'MAIL_REPLY_TO'],
    ['The `template` does not go with the `to` field.', 'RESEND_DELIVERY'],
    ['Missing value for the variable READER.', 'RESEND_DELIVERY'],
    ['The sender is not allowed to write to this recipient.', 'MAIL_FROM'],
  ])('is a setting, even if the message names the recipient as well: %s', (message, setting) =>
    expect(causeOf(message)).toEqual({ about: 'setting', setting }),
  );

  it.each(['subject', 'html', 'text', 'headers', 'tags'])(
    'is unclear when it may be the recipient or the %s',
    (field) => expect(causeOf(`Check \`to\` and \`${field}\`.`)).toEqual({ about: 'unclear' }),
  );
});
