import type { Db } from '../db/client.ts';
import type { Keys } from '../domain/audience/keys.ts';
import { type Diagnosis, note } from '../domain/diagnosis.ts';
import type { Schedule } from '../domain/issue/schedule.ts';
import { checkClock } from './clock.ts';
import { checkDatabase } from './database.ts';
import { checkDns, type ResolveTxt } from './dns.ts';
import { checkEditors, type ResolveMx } from './editors.ts';
import { checkResend } from './resend.ts';
import { checkSchedule } from './schedule.ts';
import { checkSecret } from './secret.ts';
import { type CheckedSettings, checkSettings, isExampleDomain } from './settings.ts';
import { checkWebhooks } from './webhooks.ts';

export interface DoctorInput {
  readonly db: Db;
  readonly now: Date;
  readonly schedule: Schedule;
  readonly settings: CheckedSettings;
  readonly keys: Keys;
  /** Null in outbox mode. */
  readonly resend: { readonly apiKey: string; readonly baseUrl: string } | null;
  /** Whether webhooks can be verified. */
  readonly webhookSecretSet: boolean;
  readonly resolveTxt: ResolveTxt;
  readonly resolveMx: ResolveMx;
}

/** Checks everything that sending needs. Reads only and sends nothing. */
export async function runChecks(input: DoctorInput): Promise<readonly Diagnosis[]> {
  const { resend, settings } = input;
  const domain = /@([^>\s]+)>?$/.exec(settings.from)?.[1] ?? '';
  const mail =
    resend === null
      ? [note('Resend', 'RESEND_API_KEY is not set: mail stays in the outbox', 'Set it to send real mail.')]
      : [
          ...(await checkResend(resend, domain, settings.unsubscribeMailbox)),
          ...(settings.editorEmails.length === 0
            ? []
            : await checkEditors(input.db, settings.editorEmails, input)),
          await checkWebhooks(input.db, input.webhookSecretSet, settings.publicUrl),
          // Nobody can add records to an example domain, and checkSettings reports it already.
          ...(isExampleDomain(domain) ? [] : await checkDns(domain, input.resolveTxt)),
        ];
  return [
    ...(await checkDatabase(input.db)),
    await checkClock(input.db),
    checkSchedule(input.schedule, input.now),
    await checkSecret(input.db, input.keys),
    ...checkSettings(settings),
    ...mail,
  ];
}
