import type { Db } from '../db/client.ts';
import type { Keys } from '../domain/audience/keys.ts';
import { type Diagnosis, note } from '../domain/diagnosis.ts';
import type { Schedule } from '../domain/issue/schedule.ts';
import { checkDatabase } from './database.ts';
import { checkDns, type ResolveTxt } from './dns.ts';
import { checkResend } from './resend.ts';
import { checkSchedule } from './schedule.ts';
import { checkSecret } from './secret.ts';
import { type CheckedSettings, checkSettings, isExample } from './settings.ts';
import { checkWebhooks } from './webhooks.ts';

export interface DoctorInput {
  readonly db: Db;
  readonly now: Date;
  readonly schedule: Schedule;
  readonly addresses: CheckedSettings;
  readonly keys: Keys;
  /** Null in outbox mode. */
  readonly resend: { readonly apiKey: string; readonly baseUrl: string } | null;
  /** Whether webhooks can be verified. */
  readonly webhooks: boolean;
  readonly resolveTxt: ResolveTxt;
}

/** Looks at everything that a send needs. Changes nothing, sends nothing. */
export async function runChecks(input: DoctorInput): Promise<readonly Diagnosis[]> {
  const { resend, addresses } = input;
  const domain = /@([^>\s]+)>?$/.exec(addresses.from)?.[1] ?? '';
  const mail =
    resend === null
      ? [note('Resend', 'no key: mail stays in the outbox', 'Set RESEND_API_KEY to send.')]
      : [
          ...(await checkResend(resend, domain)),
          await checkWebhooks(input.db, input.webhooks, addresses.publicUrl),
          // Nobody can add records to an example; that the sender is one is said already.
          ...(isExample(domain) ? [] : await checkDns(domain, input.resolveTxt)),
        ];
  return [
    ...(await checkDatabase(input.db)),
    checkSchedule(input.schedule, input.now),
    checkSecret(input.keys),
    ...checkSettings(addresses),
    ...mail,
  ];
}
