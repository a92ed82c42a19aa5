import { type Diagnosis, fault, good, note } from '../domain/diagnosis.ts';
import { within } from './within.ts';

/** The TXT records of a name, each in its parts. Rejects with ENOTFOUND or ENODATA when there are none. */
export type ResolveTxt = (name: string) => Promise<string[][]>;

/** The records that mailbox providers require: DKIM as Resend sets it up, and a DMARC policy (RFC 7489). */
export async function checkDns(domain: string, resolveTxt: ResolveTxt): Promise<Diagnosis[]> {
  return Promise.all([
    lookUp(
      resolveTxt,
      'DKIM',
      `resend._domainkey.${domain}`,
      'p=',
      'Add the DKIM record that Resend’s dashboard shows for the domain.',
    ),
    lookUp(
      resolveTxt,
      'DMARC',
      `_dmarc.${domain}`,
      'v=DMARC1',
      `Add a TXT record at _dmarc.${domain}, such as: v=DMARC1; p=none`,
    ),
  ]);
}

async function lookUp(
  resolveTxt: ResolveTxt,
  what: string,
  name: string,
  wanted: string,
  fix: string,
): Promise<Diagnosis> {
  try {
    const records = (await within(resolveTxt(name))).map((parts) => parts.join(''));
    const found = records.some((record) => record.includes(wanted));
    return found ? good(what, `${name} exists`) : fault(what, `${name} has no record with ${wanted}`, fix);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code === 'ENOTFOUND' || code === 'ENODATA') return fault(what, `${name} does not exist`, fix);
    return note(what, `${name} could not be looked up`, 'Run doctor again on a machine that can reach DNS.');
  }
}
