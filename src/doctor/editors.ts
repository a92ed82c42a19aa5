import type { MxRecord } from 'node:dns';
import type { Db } from '../db/client.ts';
import { readUntoldEditors } from '../db/queries/audience/short-mails.ts';
import { type Diagnosis, fault, good, note } from '../domain/diagnosis.ts';
import { waitsAfterMs } from '../domain/sending/alarm.ts';
import { editorHash } from '../domain/sending/short-mail.ts';
import { isExampleDomain } from './settings.ts';
import { within } from './within.ts';

/** Rejects with ENOTFOUND when there is no such domain, and with ENODATA when it has no MX record. */
export type ResolveMx = (domain: string) => Promise<MxRecord[]>;

const fix = 'Correct or remove it in EDITOR_EMAILS.';

/** Whether each editor can be mailed: by what the provider said to the last notices, and by the domain of the address. */
export async function checkEditors(
  db: Db,
  emails: readonly string[],
  { now, resolveMx }: { readonly now: Date; readonly resolveMx: ResolveMx },
): Promise<Diagnosis[]> {
  const untold = await readUntoldEditors(db, emails.map(editorHash), new Date(now.getTime() - waitsAfterMs));
  const faults = await Promise.all(
    emails.map(async (email) => {
      const failed = untold.find(({ editor }) => editor === editorHash(email));
      if (failed !== undefined) {
        const { since, reason } = failed;
        const why = reason === null ? '' : `: ${reason}`;
        return fault('Editors', `${email} has not been notified since ${since.toISOString()}${why}`, fix);
      }
      return checkDomain(email, resolveMx);
    }),
  );
  const found = faults.filter((diagnosis) => diagnosis !== null);
  return found.length > 0 ? found : [good('Editors', `${emails.length} notified by mail`)];
}

async function checkDomain(email: string, resolveMx: ResolveMx): Promise<Diagnosis | null> {
  const domain = /@([^>\s]+)>?$/.exec(email)?.[1] ?? '';
  if (isExampleDomain(domain)) return fault('Editors', `${email} is an example address`, fix);
  try {
    const records = await within(resolveMx(domain));
    const refusesMail =
      records.length > 0 && records.every(({ exchange }) => exchange === '' || exchange === '.');
    return refusesMail ? fault('Editors', `the domain of ${email} takes no mail`, fix) : null;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code === 'ENOTFOUND') return fault('Editors', `the domain of ${email} does not exist`, fix);
    // Mail goes to the domain itself then, which may well be meant.
    if (code === 'ENODATA') return note('Editors', `the domain of ${email} has no MX record`, fix);
    return null;
  }
}
