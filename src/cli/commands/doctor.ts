import { resolveMx, resolveTxt } from 'node:dns/promises';
import type { Command } from 'commander';
import { openApp } from '../../app.ts';
import { runChecks } from '../../doctor/run-checks.ts';
import type { EmailAddress } from '../../domain/audience/email-address.ts';
import { systemClock } from '../../domain/clock.ts';
import { type Diagnosis, fault } from '../../domain/diagnosis.ts';
import { counted } from '../../domain/text.ts';
import type { Env } from '../../env.ts';
import { checkSending } from '../../pipeline/send/check-sending.ts';
import { explainError } from '../explain-error.ts';
import { parseAddresses, withJson } from '../options.ts';
import type { Output } from '../output.ts';
import { type CommonOptions, exitCodes, ignoreEvents, type Runner } from '../run.ts';

type DoctorOptions = CommonOptions & { readonly live?: boolean; readonly to?: readonly EmailAddress[] };

export function registerDoctor(program: Command, { runWithEnv }: Runner): void {
  withJson(program.command('doctor'))
    .description(
      'check everything that sending needs and say how to fix what is wrong; exits 1 if something is',
    )
    .option('--live', 'also send one mail, the way an issue is sent')
    .option(
      '--to <emails>',
      'address for the mail of --live (default: the first of EDITOR_EMAILS)',
      parseAddresses,
    )
    .action((options: DoctorOptions) =>
      runWithEnv(options, async ({ env, out }) => {
        const diagnoses = await diagnose(env, options);
        for (const diagnosis of diagnoses) printDiagnosis(out, diagnosis);
        const faults = diagnoses.filter(({ state }) => state === 'fault').length;
        out.print(faults === 0 ? 'Nothing is wrong.' : `${counted(faults, 'fault')} to fix.`);
        out.document({ faults, diagnoses });
        return faults === 0 ? exitCodes.done : exitCodes.failed;
      }),
    );
}

async function diagnose(env: Env, { live, to }: DoctorOptions): Promise<readonly Diagnosis[]> {
  let app: Awaited<ReturnType<typeof openApp>>;
  try {
    app = await openApp(env, systemClock, ignoreEvents);
  } catch (error) {
    return [fault('Database', explainError(error, env), 'Then run doctor again for the other checks.')];
  }
  try {
    const diagnoses = await runChecks({
      db: app.db,
      now: app.clock.now(),
      schedule: app.settings.schedule,
      settings: {
        publicUrl: app.settings.publication.publicUrl,
        from: app.settings.from,
        postalAddress: app.settings.publication.postalAddress,
        editorEmails: app.settings.editorEmails,
        approvesItself: app.settings.approval === 'auto',
        unsubscribeMailbox: app.settings.unsubscribeMailbox,
        usesResend: app.mailer.provider === 'resend',
      },
      keys: app.keys,
      resend: app.resend,
      webhookSecretSet: app.readWebhook !== null,
      resolveTxt,
      resolveMx,
    });
    return live === true
      ? [...diagnoses, await checkSending(app, to ?? app.settings.editorEmails)]
      : diagnoses;
  } finally {
    await app.close();
  }
}

const marks = { good: 'ok  ', note: 'note', fault: 'FAIL' } as const;

function printDiagnosis(out: Output, { what, state, finding, fix }: Diagnosis): void {
  out.print(`${marks[state]}  ${what}: ${finding}`);
  if (fix !== null) out.print(`      ${fix}`);
}
