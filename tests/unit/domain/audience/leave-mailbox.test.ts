import { describe, expect, test } from 'vitest';
import { leaveAddress, leaveTokenOf } from '../../../../src/domain/audience/leave-mailbox.ts';

const token = '0f8fad5b-d9cb-469f-a165-70867728950e';
const mailbox = 'leave@in.example.com';

describe.concurrent('the address to which readers mail to leave', () => {
  test.each([
    leaveAddress(mailbox, token),
    leaveAddress(mailbox, token).toUpperCase(),
    `<${leaveAddress(mailbox, token)}>`,
    `"Leave, please" <${leaveAddress(mailbox, token)}>`,
    ` ${leaveAddress(mailbox, token)} `,
  ])('is recognised as %j', (address) => {
    expect(leaveTokenOf(address, mailbox)).toBe(token);
    expect(leaveTokenOf(address, mailbox.toUpperCase())).toBe(token);
  });

  test.each([
    '',
    mailbox,
    `${token}@in.example.com`,
    `leave${token}@in.example.com`,
    `leave+${token}@other.example.com`,
    `leave+${token}@in.example.com.evil.example`,
    `leave+${token}x@in.example.com`,
    `leave+${token.slice(1)}@in.example.com`,
    `leave+x+${token}@in.example.com`,
    `"leave+${token}@in.example.com" <somebody@example.com>`,
  ])('is not %j', (address) => {
    expect(leaveTokenOf(address, mailbox)).toBeNull();
  });

  test('fits into 64 characters before the @, the longest mailbox included', () => {
    const [local] = leaveAddress(`${'l'.repeat(27)}@in.example.com`, token).split('@');
    expect(local).toHaveLength(64);
  });
});
