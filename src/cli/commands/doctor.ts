import { resolveTxt } from 'node:dns/promises';
import type { Command } from 'commander';
import { openApp } from '../../app.ts';
import { runChecks } from '../../doctor/run-checks.ts';
import type { EmailAddress } from '../../domain/audience/email-address.ts';
import { systemClock } from '../../domain/clock.ts';
import { type Diagnosis, fault } from '../../domain/diagnosis.ts';
import type { Env } from '../../env.ts';
import { proveSending } from '../../pipeline/send/prove-sending.ts';
import { explainError } from '../explain-error.ts';
import { withJson } from '../options.ts';
import type { Output } from '../output.ts';
import { type CommonOptions, exitCodes, ignoreEvents, runWithEnv } from '../run.ts';
import { parseAddresses } from './sending/test-send.ts';

type DoctorOptions = CommonOptions & { readonly live?: boolean; readonly to?: readonly EmailAddress[] };

export function registerDoctor(program: Command): void {
  withJson(program.command('doctor'))
    .description('look at everything a send needs, each with a fix; exits 1 when something is wrong')
    .option('--live', 'also send one mail in the configured mode, to --to or EDITOR_EMAILS')
    .option('--to <emails>', 'who gets the mail of --live', parseAddresses)
    .action((options: DoctorOptions) =>
      runWithEnv(options, async (out, env) => {
        const lines = await diagnose(env, options);
        for (const line of lines) say(out, line);
        const faults = lines.filter(({ state }) => state === 'fault').length;
        out.print(faults === 0 ? 'Nothing is wrong.' : `${faults} thing(s) to fix.`);
        out.document({ faults, diagnoses: lines });
        return faults === 0 ? exitCodes.done : exitCodes.failed;
      }),
    );
}

async function diagnose(env: Env, { live, to }: DoctorOptions): Promise<readonly Diagnosis[]> {
  let app: Awaited<ReturnType<typeof openApp>>;
  try {
    app = await openApp(env, systemClock, ignoreEvents);
  } catch (error) {
    return [fault('Database', explainError(error), 'Then run doctor again for the rest.')];
  }
  try {
    const lines = await runChecks({
      db: app.db,
      now: app.clock.now(),
      schedule: app.settings.schedule,
      addresses: {
        publicUrl: app.settings.publication.publicUrl,
        from: app.settings.from,
        postalAddress: app.settings.publication.postalAddress,
        editorEmails: app.settings.editorEmails,
        production: app.mailer.provider === 'resend',
      },
      keys: app.keys,
      resend: app.resend,
      webhooks: app.readWebhook !== null,
      resolveTxt,
    });
    return live === true ? [...lines, await proveSending(app, to ?? app.settings.editorEmails)] : lines;
  } finally {
    await app.close();
  }
}

const marks = { good: 'ok  ', note: 'note', fault: 'BAD ' } as const;

function say(out: Output, { what, state, finding, fix }: Diagnosis): void {
  out.print(`${marks[state]}  ${what}: ${finding}`);
  if (fix !== null) out.print(`      ${fix}`);
}
