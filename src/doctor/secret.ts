import type { Db } from '../db/client.ts';
import { countOtherSecrets } from '../db/queries/audience/erased-addresses.ts';
import { type Keys, MissingSecretError } from '../domain/audience/keys.ts';
import { type Diagnosis, fault, good } from '../domain/diagnosis.ts';

/**
 * Whether there is a secret, which links in mails and hashes of addresses need, and whether it is the one that made the
 * hashes in the database.
 */
export async function checkSecret(db: Db, keys: Keys): Promise<Diagnosis> {
  let secretId: string;
  try {
    secretId = keys.secretId();
  } catch (error) {
    if (!(error instanceof MissingSecretError)) throw error;
    return fault(
      'Secret',
      'not set, and npm start needs it when DATABASE_URL is set',
      'Set APP_SECRET to one long random text, the same for every process: openssl rand -base64 32',
    );
  }
  const strangers = await countOtherSecrets(db, secretId);
  if (strangers === 0) return good('Secret', 'set; it signs links and hashes addresses');
  return fault(
    'Secret',
    `changed: of those who left or were erased, ${strangers} can no longer be recognised, and an import adds them again`,
    'Set APP_SECRET to the text that it was before.',
  );
}
