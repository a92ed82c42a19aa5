import { type Keys, MissingSecretError } from '../domain/audience/keys.ts';
import { type Diagnosis, fault, good } from '../domain/diagnosis.ts';

/** Whether there is a secret, which links in mails and hashes of addresses need. */
export function checkSecret(keys: Keys): Diagnosis {
  try {
    keys.signTime(0);
    return good('Secret', 'set; it signs links and hashes addresses');
  } catch (error) {
    if (!(error instanceof MissingSecretError)) throw error;
    return fault(
      'Secret',
      'not set, and npm start needs it when DATABASE_URL is set',
      'Set APP_SECRET to one long random text, the same for every process: openssl rand -base64 32',
    );
  }
}
