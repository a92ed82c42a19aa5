import { errorOf, placeOf, type Rule } from '../rule.ts';

const error = errorOf('links');

/** Every link and image is absolute and https. Unless mail is really sent, http to this machine is allowed too. */
export const links: Rule = ({ page, facts, content }) => {
  const addresses = new Set([...page.links, ...page.images.map((image) => image.src)]);
  return [...addresses].flatMap((address) => {
    const fault = faultOf(address, facts.production);
    if (fault === null) return [];
    const owner = content.comparisons.find(
      (comparison) => comparison.url === address || comparison.tools.some((tool) => tool.url === address),
    );
    return [
      error(
        owner === undefined ? 'html' : placeOf(owner),
        `The link "${address.slice(0, 200)}" ${fault}.`,
        owner === undefined
          ? 'Set PUBLIC_URL and SITE_URL to https addresses, or fix the link in the intro or template.'
          : 'Import the comparison again with an https address, or drop it.',
      ),
    ];
  });
};

function faultOf(address: string, production: boolean): string | null {
  const url = URL.parse(address);
  if (url === null) return 'is not an absolute address';
  if (url.username !== '' || url.password !== '') return 'contains a user name or password';
  const loopback = isLoopback(url.hostname);
  if (url.protocol === 'http:' && loopback && !production) return null;
  if (url.protocol !== 'https:') return `uses ${url.protocol} instead of https`;
  return loopback && production ? 'points to this machine, which readers cannot reach' : null;
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost') || host === '[::1]' || /^127\./.test(host);
}
