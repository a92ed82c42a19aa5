import { describe, expect, test } from 'vitest';
import { networkOf } from '../../../../src/domain/audience/limits.ts';

describe('a network', () => {
  test('is as large as one sender may control: IPv4 /24, IPv6 /48', () => {
    expect(networkOf('192.0.2.7')).toBe(networkOf('192.0.2.255'));
    expect(networkOf('192.0.2.7')).not.toBe(networkOf('192.0.3.7'));
    expect(networkOf('::ffff:192.0.2.7')).toBe(networkOf('192.0.2.1'));
    expect(networkOf('2001:db8:1:2::3')).toBe(networkOf('2001:db8:1:ffff::1'));
    expect(networkOf('2001:db8:1::')).not.toBe(networkOf('2001:db8:2::'));
  });

  test('never has the key of another', () => {
    expect(networkOf('192.0.2.7')).toBe('4:192.0.2');
    expect(networkOf('2001:db8:1:2::3')).toBe('6:32.1.13.184.0.1');
  });

  test.each(['', 'unknown', '1.2.3.4.5', 'x'.repeat(9_000), '192.0.2.7:8080'])(
    'is one for what is no address: %#',
    (text) => {
      expect(networkOf(text)).toBe('unknown');
    },
  );
});
