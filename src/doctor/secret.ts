import { type Keys, MissingSecretError } from '../domain/audience/keys.ts';
import { type Diagnosis, fault, good } from '../domain/diagnosis.ts';

/** Whether links in mails can be made, and addresses kept as hashes. */
export function checkSecret(keys: Keys): Diagnosis {
  try {
    keys.signTime(0);
    return good('Secret', 'links and hashes can be made');
  } catch (error) {
    if (!(error instanceof MissingSecretError)) throw error;
    return fault(
      'Secret',
      'none, and with DATABASE_URL there must be one: npm start will refuse',
      'Set APP_SECRET to the same long random text for every process: openssl rand -base64 32',
    );
  }
}
