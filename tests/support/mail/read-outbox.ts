import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import PostalMime, { type Email } from 'postal-mime';

/** Every mail in an outbox folder, parsed back. */
export async function readOutbox(folder: string): Promise<Email[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.eml')).toSorted();
  return Promise.all(names.map(async (name) => PostalMime.parse(await readFile(join(folder, name)))));
}

/** How often each address was mailed. */
export function countByAddress(mails: readonly Email[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const mail of mails) {
    for (const to of mail.to ?? []) {
      const address = 'address' in to ? (to.address ?? '') : '';
      counts.set(address, (counts.get(address) ?? 0) + 1);
    }
  }
  return counts;
}
