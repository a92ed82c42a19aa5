import type { Db } from '../db/client.ts';
import type { Keys } from '../domain/audience/keys.ts';
import { type Diagnosis, note } from '../domain/diagnosis.ts';
import type { Schedule } from '../domain/issue/schedule.ts';
import { type Addresses, checkAddresses, isExample } from './addresses.ts';
import { checkDatabase } from './database.ts';
import { checkDns, type ResolveTxt } from './dns.ts';
import { checkResend } from './resend.ts';
import { checkSchedule } from './schedule.ts';
import { checkSecret } from './secret.ts';
import { checkWebhooks } from './webhooks.ts';

export interface Patient {
  readonly db: Db;
  readonly now: Date;
  readonly schedule: Schedule;
  readonly addresses: Addresses;
  readonly keys: Keys;
  /** Null in outbox mode. */
  readonly resend: { readonly apiKey: string; readonly baseUrl: string } | null;
  /** Whether webhooks can be verified. */
  readonly webhooks: boolean;
  readonly resolveTxt: ResolveTxt;
}

/** Looks at everything that a send needs. Changes nothing, sends nothing. */
export async function examine(patient: Patient): Promise<readonly Diagnosis[]> {
  const { resend, addresses } = patient;
  const domain = /@([^>\s]+)>?$/.exec(addresses.from)?.[1] ?? '';
  const mail =
    resend === null
      ? [note('Resend', 'no key: mail stays in the outbox', 'Set RESEND_API_KEY to send.')]
      : [
          ...(await checkResend(resend, domain)),
          await checkWebhooks(patient.db, patient.webhooks, addresses.publicUrl),
          // Nobody can add records to an example; that the sender is one is said already.
          ...(isExample(domain) ? [] : await checkDns(domain, patient.resolveTxt)),
        ];
  return [
    ...(await checkDatabase(patient.db)),
    checkSchedule(patient.schedule, patient.now),
    checkSecret(patient.keys),
    ...checkAddresses(addresses),
    ...mail,
  ];
}
