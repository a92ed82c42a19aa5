import ipaddr from 'ipaddr.js';

/**
 * The network that an address belongs to, as one sender may hold it all: IPv4 /24, IPv6 /48. What is no address
 * shares one network.
 */
export function networkOf(address: string): string {
  if (!ipaddr.isValid(address)) return 'unknown';
  const parsed = ipaddr.process(address);
  const bytes = parsed.toByteArray();
  return parsed.kind() === 'ipv4' ? `4:${bytes.slice(0, 3).join('.')}` : `6:${bytes.slice(0, 6).join('.')}`;
}
